import { expect, test } from "vitest";
import { assertSameOrigin } from "./same-origin";

const url = "https://console.example";

test.each([
  [{ "sec-fetch-site": "same-origin" }],
  [{ "sec-fetch-site": "same-origin", origin: "https://console.example" }],
  [{ origin: "https://console.example" }],
  [{ origin: "http://127.0.0.1:3000", host: "127.0.0.1:3000" }],
])("%j comes from a page of ours", (headers) => {
  expect(() => assertSameOrigin(new Headers(headers as Record<string, string>), url)).not.toThrow();
});

test.each([
  [{}],
  [{ "sec-fetch-site": "cross-site" }],
  [{ "sec-fetch-site": "same-site", origin: "https://console.example" }],
  [{ "sec-fetch-site": "none" }],
  [{ origin: "https://evil.example", host: "console.example" }],
  [{ origin: "null", host: "console.example" }],
  [{ origin: "https://console.example.evil.example" }],
])("%j does not", (headers) => {
  expect(() => assertSameOrigin(new Headers(headers as Record<string, string>), url)).toThrow(/did not come from/);
});
