import { expect, test } from "vitest";
import { safeCallbackPath } from "./callback-url";

test.each([
  ["/devices?state=offline&q=a%20b#top", "/devices?state=offline&q=a%20b#top"],
  ["/", "/"],
  ["/devices/dev_1", "/devices/dev_1"],
])("%s is kept", (given, kept) => {
  expect(safeCallbackPath(given)).toBe(kept);
});

test.each([
  undefined,
  null,
  "",
  "https://evil.example/",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "\\\\evil.example",
  "/..//evil.example",
  "/.//evil.example",
  "javascript:alert(1)",
  " /devices",
  "http:evil",
  `/${"a".repeat(3_000)}`,
])("%j leads to the overview", (given) => {
  const path = safeCallbackPath(given);
  expect(path).toBe("/overview");
  expect(new URL(path, "https://console.example").origin).toBe("https://console.example");
});
