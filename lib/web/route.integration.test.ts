import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openDatabase } from "@/lib/server/database/client";
import { readVerb, writeVerb } from "@/lib/server/verb";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeFleet } from "@/lib/testing/factories";
import { apiKeyFor, openDoor, signedIn, type WebDoor } from "@/lib/testing/web-door";
import { problemResponse } from "./problem";
import { contextOf, route } from "./route";

let db: TestDatabase;
let door: WebDoor;
let fleetId: string;
let cookie: string;
let authorization: string;

beforeAll(async () => {
  db = await testDatabase();
  door = openDoor(db.database);
  fleetId = (await makeFleet(db.database)).id;
  cookie = (await signedIn(door, { fleetId, role: "admin" })).cookie;
  authorization = (await apiKeyFor(door, fleetId, "admin")).authorization;
});
afterAll(() => db.close());

const echo = route({
  summary: "Says what it was given",
  verb: writeVerb({
    permission: "fleet:read",
    input: z.object({ text: z.string() }),
    run: async (ctx, { text }) => ({ text, via: ctx.via, fleetId: ctx.fleetId, requestId: ctx.requestId, secret: "s" }),
  }),
  output: z.object({ text: z.string(), via: z.string(), fleetId: z.string(), requestId: z.string() }),
});
const post = (headers: Record<string, string>, body: unknown = { text: "hi" }, path = "/") => door.call(echo, { method: "POST", path, body, headers });

test("a change by cookie must come from a page of ours; by key it may come from anywhere", async () => {
  expect((await post({ cookie })).body).toMatchObject({ via: "browser", fleetId });
  for (const site of ["cross-site", "same-site", "none"]) expect((await post({ cookie, "sec-fetch-site": site })).status).toBe(403);
  expect((await post({ authorization, "sec-fetch-site": "cross-site" })).body).toMatchObject({ via: "api" });
  expect((await post({ cookie, "content-type": "text/plain" })).status).toBe(422);
});

test("a bad key is refused although a good cookie came with it", async () => {
  expect((await post({ cookie, authorization: "Bearer sp_nothing" })).status).toBe(401);
});

test("what the answer's schema does not name never leaves", async () => {
  expect(Object.keys((await post({ cookie })).body)).toEqual(["text", "via", "fleetId", "requestId"]);
});

test("a request id is taken over when it is one, and made when it is not", async () => {
  const given = await post({ cookie, "x-request-id": "abc-123" });
  expect(given.body.requestId).toBe("abc-123");
  expect(given.headers.get("x-request-id")).toBe("abc-123");
  const odd = await post({ cookie, "x-request-id": "a b\tc" });
  expect(odd.body.requestId).toMatch(/^req_/);
});

test.each([
  ["{", 422],
  ["[]", 422],
  ['{"text":1}', 422],
  ['{"text":"a\\u0000"}', 422],
  [`{"text":"${"x".repeat(300_000)}"}`, 413],
  [`${"[".repeat(100_000)}${"]".repeat(100_000)}`, 422],
  [`{"text":${"[".repeat(50_000)}${"]".repeat(50_000)}}`, 422],
])("body %# is refused with %i", async (body, status) => {
  expect((await post({ cookie, "content-type": "application/json" }, body)).status).toBe(status);
});

test("names that every object has are ordinary names", async () => {
  const answer = await post({ cookie }, '{"__proto__":{"text":"x"},"constructor":{"prototype":{}}}');
  expect(answer.status).toBe(422);
  expect(({} as { text?: string }).text).toBeUndefined();
});

test("the fleet asked for wins over the one in the cookie; a foreign one does not exist", async () => {
  const second = (await makeFleet(db.database)).id;
  const both = await signedIn(door, { fleetId, role: "viewer" });
  await db.database.prisma.membership.create({ data: { userId: both.user.id, fleetId: second, role: "viewer", createdAt: new Date(Date.now() + 1_000) } });
  const shown = async (path: string, more = "") => (await post({ cookie: `${both.cookie}${more}` }, { text: "" }, path)).body;
  expect((await shown("/")).fleetId).toBe(fleetId);
  expect((await shown("/", `; sp_fleet=${second}`)).fleetId).toBe(second);
  expect((await shown(`/?fleet=${fleetId}`, `; sp_fleet=${second}`)).fleetId).toBe(fleetId);
  expect((await shown("/", "; sp_fleet=flt_foreign")).fleetId).toBe(fleetId);
  const foreign = (await makeFleet(db.database)).id;
  const [there, nowhere] = [await shown(`/?fleet=${foreign}`), await shown("/?fleet=flt_0000000000000000")];
  expect({ ...there, requestId: "" }).toEqual({ ...nowhere, requestId: "" });
  expect(there).toMatchObject({ status: 404, code: "not_found" });
});

test("who is in no fleet is told that there is none", async () => {
  const nobody = await signedIn(door);
  expect((await post({ cookie: nobody.cookie })).status).toBe(404);
});

test("a session that ends, a person who is disabled, a role that changes: from the next request on", async () => {
  const person = await signedIn(door, { fleetId, role: "admin" });
  const admin = route({
    summary: "For admins",
    verb: readVerb({ permission: "members:write", input: z.object({}), run: async () => ({}) }),
    output: z.object({}),
  });
  const status = async (as: string) => (await door.call(admin, { as: { cookie: as } })).status;
  expect(await status(person.cookie)).toBe(200);
  await db.database.prisma.membership.updateMany({ where: { userId: person.user.id }, data: { role: "viewer" } });
  expect(await status(person.cookie)).toBe(403);
  await db.database.prisma.membership.updateMany({ where: { userId: person.user.id }, data: { role: "admin" } });
  await db.database.prisma.user.update({ where: { id: person.user.id }, data: { disabledAt: new Date() } });
  expect(await status(person.cookie)).toBe(401);
  const other = await signedIn(door, { fleetId, role: "admin" });
  await db.database.prisma.userSession.update({ where: { id: other.userSessionId }, data: { endedAt: new Date() } });
  expect(await status(other.cookie)).toBe(401);
});

test("a bug shows as 500 without its text", async () => {
  const verb = readVerb({ permission: "fleet:read", input: z.object({}), run: async () => Promise.reject(new Error("secret detail")) });
  const answer = await door.call(route({ summary: "Breaks", verb, output: z.object({}) }), { as: { cookie } });
  expect(answer.status).toBe(500);
  expect(JSON.stringify(answer.body)).not.toContain("secret detail");
  expect(answer.body).toMatchObject({ code: "internal", requestId: expect.any(String) });
});

test("an answer that is not what the schema says is a 500, not a leak", async () => {
  const verb = readVerb({ permission: "fleet:read", input: z.object({}), run: async () => ({ text: { password: "x" } }) });
  const answer = await door.call(route({ summary: "Answers wrongly", verb, output: z.object({ text: z.string() }) }), { as: { cookie } });
  expect(answer.status).toBe(500);
  expect(JSON.stringify(answer.body)).not.toContain("password");
});

test("while Postgres is away the answer is 503 with a time to come back", async () => {
  const away = openDatabase("postgresql://nobody@127.0.0.1:1/nothing");
  const doorAway = openDoor(away);
  try {
    const byCookie = await doorAway.call(echo, { method: "POST", as: { cookie }, body: { text: "x" } });
    expect(byCookie).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(byCookie.headers.get("retry-after")).toBe("5");
    // Prisma's way of saying it, beside that of pg.
    const verb = readVerb({ permission: "fleet:read", input: z.object({}), run: ({ database }) => database.prisma.fleet.count() });
    const ctx = contextOf(
      doorAway.runtime,
      { actor: { kind: "apiKey", id: "key_1", name: "k", fleetId, role: "admin" }, via: "api", fleets: [] },
      fleetId,
      "req_1",
    );
    const error = await verb(ctx, {}).catch((thrown: unknown) => thrown);
    expect(problemResponse(error, { requestId: "req_1", log: doorAway.runtime.log }).status).toBe(503);
  } finally {
    await away.close();
    door = openDoor(db.database);
  }
});
