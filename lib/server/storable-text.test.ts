import { expect, test } from "vitest";
import { unstorableText } from "./storable-text";

test.each([
  ["a\0b", "input"],
  [{ name: "ok", tags: { site: "\ud800" } }, "tags.site"],
  [{ list: ["ok", "\udc00x"] }, "list.1"],
  [{ "k\0": 1 }, "input"],
])("%j cannot be stored", (input, path) => {
  expect(unstorableText(input)).toBe(path);
});

test.each(["", "Grüße 😀", { a: [1, null, true, { b: "x" }] }, undefined, null, 7])("%j can", (input) => {
  expect(unstorableText(input)).toBeUndefined();
});

test("a hundred thousand levels cost no stack", () => {
  let deep: unknown = "\0";
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(unstorableText(deep)).toBeDefined();
});
