import { expect, test } from "vitest";
import { readBody, readQuery } from "./read-input";

const post = (body: BodyInit, type = "application/json") => new Request("http://x/", { method: "POST", body, headers: { "content-type": type } });

test("lists come repeated or with commas, empty parameters count as absent, the fleet is not input", () => {
  const params = new URLSearchParams("state=offline,silent&state=online&q=&limit=5&fleet=flt_1");
  expect(readQuery(params, ["state"])).toEqual({ state: ["offline", "silent", "online"], limit: "5" });
});

test("a parameter given twice is refused, not guessed at", () => {
  expect(() => readQuery(new URLSearchParams("limit=1&limit=2"), [])).toThrow(/more than once/);
});

test("an empty body is an empty object", async () => {
  expect(await readBody(new Request("http://x/", { method: "POST" }))).toEqual({});
});

test.each([
  [post("{"), /not valid JSON/],
  [post("[1]"), /JSON object/],
  [post("null"), /JSON object/],
  [post('"x"'), /JSON object/],
  [post("a=1", "application/x-www-form-urlencoded"), /must be JSON/],
  [post('{"a":1}', "text/plain"), /must be JSON/],
])("body %# is refused", async (request, message) => {
  await expect(readBody(request)).rejects.toThrow(message);
});

test("a body over the limit is refused while it is read, without a content-length", async () => {
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)) });
  const request = new Request("http://x/", { method: "POST", body: endless, duplex: "half", headers: { "content-type": "application/json" } } as RequestInit);
  await expect(readBody(request)).rejects.toMatchObject({ code: "too_large" });
});
