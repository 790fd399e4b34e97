import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { api, queryString } from "./api";
import { ApiError } from "./api-error";

afterEach(() => vi.unstubAllGlobals());

const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(body, { status, headers })),
  );

const caught = async (call: Promise<unknown>): Promise<ApiError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw new Error("expected an ApiError");
  return error;
};

test("the fleet and the query are in the address, the answer is parsed", async () => {
  answer(200, '{"name":"pump"}');
  await expect(
    api(z.object({ name: z.string() }), "/devices", { fleet: "flt_1", query: { q: "a b", state: ["online", "silent"], cursor: undefined } }),
  ).resolves.toEqual({
    name: "pump",
  });
  expect(fetch).toHaveBeenCalledWith("/api/v1/devices?fleet=flt_1&q=a+b&state=online&state=silent", expect.objectContaining({ method: "GET" }));
});

test("a problem document becomes an error with its sentence, hint, fields and request id", async () => {
  const problem = {
    code: "invalid_input",
    title: "Wrong input",
    detail: "The name is taken.",
    hint: "Choose another.",
    fields: [{ path: "name", message: "Taken." }],
    requestId: "req_1",
  };
  answer(422, JSON.stringify(problem));
  const error = await caught(api(z.unknown(), "/devices"));
  expect(error).toMatchObject({ code: "invalid_input", message: "The name is taken.", hint: "Choose another.", requestId: "req_1", status: 422 });
  expect(error.fields).toEqual([{ path: "name", message: "Taken." }]);
});

test("an answer that is no problem document still says what happened", async () => {
  answer(502, "<html>Bad gateway</html>", { "x-request-id": "req_2" });
  expect(await caught(api(z.unknown(), "/me"))).toMatchObject({ code: "unavailable", message: "The server answered 502.", requestId: "req_2" });
  answer(401, "");
  expect((await caught(api(z.unknown(), "/me"))).code).toBe("unauthenticated");
});

test("an answer of another shape is not shown as data", async () => {
  answer(200, '{"name":1}');
  expect((await caught(api(z.object({ name: z.string() }), "/me"))).code).toBe("internal");
});

test("no network is an error of its own", async () => {
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => {
      throw new TypeError("fetch failed");
    }),
  );
  expect((await caught(api(z.unknown(), "/me"))).code).toBe("unavailable");
});

test("empty parts of a query are left out", () => {
  expect(queryString({ a: "", b: undefined, c: 0 })).toBe("?c=0");
  expect(queryString({})).toBe("");
});
