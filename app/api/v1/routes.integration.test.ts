import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERMISSIONS, type Permission, ROLES, roleAllows } from "@/lib/domain/members/permissions";
import { ensureSigningKey } from "@/lib/server/tokens";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeFleet } from "@/lib/testing/factories";
import { type RouteSample, routeSamples } from "@/lib/testing/route-samples";
import { testSecrets } from "@/lib/testing/secrets";
import { apiKeyFor, openDoor, signedIn, type WebDoor } from "@/lib/testing/web-door";
import type { RouteHandler } from "@/lib/web/route";
import { ROUTES } from "./routes";

/** Every route with its method: the matrix is generated from it, so that a new route without a policy fails. */
const all = Object.entries(ROUTES).flatMap(([folder, handlers]) =>
  Object.entries(handlers)
    .filter(([method]) => /^[A-Z]+$/.test(method))
    .map(([method, handler]) => ({ name: `${method} ${folder}`, method, handler: handler as RouteHandler })),
);
const inFleet = all.filter(({ handler }) => PERMISSIONS.includes(handler.spec.access as Permission));
const permissionOf = (handler: RouteHandler) => handler.spec.access as Permission;

let db: TestDatabase;
let door: WebDoor;
let fleetId: string;
let otherFleetId: string;

beforeAll(async () => {
  db = await testDatabase();
  door = openDoor(db.database);
  await ensureSigningKey(db.database, testSecrets());
  fleetId = (await makeFleet(db.database)).id;
  otherFleetId = (await makeFleet(db.database)).id;
});
afterAll(() => db.close());

const call = (route: (typeof all)[number], sample: RouteSample, as: object, fleet?: string) => {
  const query = [sample.query, fleet && `fleet=${fleet}`].filter(Boolean).join("&");
  return door.call(route.handler, { method: route.method, path: `/?${query}`, params: sample.params, body: sample.body, as: as as { cookie: string } });
};
/** For requests that change nothing: made once, since making one takes longer than most requests do. */
let shared: ReturnType<typeof routeSamples> | undefined;
const sampleOf = async ({ name, method }: (typeof all)[number], changes = true): Promise<RouteSample> => {
  if (!changes || method === "GET") shared ??= routeSamples(db.database, fleetId);
  const sample = (await (changes && method !== "GET" ? routeSamples(db.database, fleetId) : shared))?.[name];
  if (!sample) throw new Error(`${name} has no line in lib/testing/route-samples.ts`);
  return sample;
};

test("every route file is in the list, and every route says who may", () => {
  const folders = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "route.ts" && !file.includes("[...unknown]"))
    .map((file) => `/${path.dirname(file)}`);
  expect(Object.keys(ROUTES).sort()).toEqual(folders.sort());
  for (const { name, handler } of all) {
    expect([...PERMISSIONS, "signed-in", "public"], name).toContain(handler.spec?.access);
    expect(handler.spec.summary.length, name).toBeGreaterThan(5);
  }
});

test("what is not about a fleet is a short list, known by heart", () => {
  const names = (access: string) => all.filter(({ handler }) => handler.spec.access === access).map(({ name }) => name);
  expect(names("public")).toEqual(["GET /setup", "POST /setup"]);
  expect(names("signed-in")).toEqual(["GET /me", "POST /me/password", "GET /user-sessions", "POST /user-sessions/[userSessionId]/end"]);
});

describe.each(all.filter(({ handler }) => handler.spec.access !== "public"))("$name", (route) => {
  test("is closed to strangers, forged cookies and wrong keys", async () => {
    const expired = { cookie: "next-auth.session-token=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA" };
    // Each route has its own: all of them together are more than one address may ask in a minute.
    const from = { "x-forwarded-for": `192.0.2.${all.indexOf(route)}` };
    for (const as of [{}, expired, { authorization: "Bearer sp_wrong" }, { authorization: "Basic YWRtaW46YWRtaW4=" }]) {
      const answer = await call(
        route,
        { params: { deviceId: "x" }, body: route.method === "GET" || route.method === "DELETE" ? undefined : {} },
        { ...as, ...from },
      );
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject({ code: "unauthenticated", status: 401 });
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
  });
});

describe.each(inFleet)("$name", (route) => {
  test.each(ROLES)("as %s", async (role) => {
    const { cookie } = await signedIn(door, { fleetId, role });
    const allowed = roleAllows(role, permissionOf(route.handler));
    const sample = await sampleOf(route, allowed);
    const answer = await call(route, sample, { cookie });
    expect(answer.status, JSON.stringify(answer.body)).toBe(allowed ? (sample.answers?.person ?? route.handler.spec.status) : 403);
    if (!allowed) expect(answer.body).toMatchObject({ code: "forbidden" });
  });

  test.each(ROLES)("with an API key of role %s", async (role) => {
    const { authorization } = await apiKeyFor(door, fleetId, role);
    const allowed = roleAllows(role, permissionOf(route.handler));
    const sample = await sampleOf(route, allowed);
    const answer = await call(route, sample, { authorization });
    expect(answer.status, JSON.stringify(answer.body)).toBe(allowed ? (sample.answers?.key ?? route.handler.spec.status) : 403);
  });

  test("an admin of another fleet does not reach in", async () => {
    const stranger = await signedIn(door, { fleetId: otherFleetId, role: "admin" });
    const key = await apiKeyFor(door, otherFleetId, "admin");
    const sample = await sampleOf(route, false);
    for (const as of [{ cookie: stranger.cookie }, { authorization: key.authorization }]) {
      expect((await call(route, sample, as, fleetId)).status).toBe(404);
      const answer = await call(route, sample, as);
      if (!sample.params) {
        expect(JSON.stringify(answer.body)).not.toContain(fleetId);
        continue;
      }
      // A list of something foreign is empty or 404; never its content.
      if (answer.status === 200) expect(answer.body).toMatchObject({ items: [], total: 0 });
      else expect(answer.status).toBe(404);
      const nowhere = Object.fromEntries(Object.entries(sample.params).map(([name, id]) => [name, id.replace(/_.*/, "_0000000000000000")]));
      const unknown = await call(route, { ...sample, params: nowhere }, as);
      expect({ ...unknown.body, requestId: "" }).toEqual({ ...answer.body, requestId: "" });
    }
  });

  test("objects, arrays and odd text instead of scalars are refused, never a 500", async () => {
    const { cookie } = await signedIn(door, { fleetId, role: "admin" });
    const sample = await sampleOf(route);
    const shape = Object.keys((route.handler.spec.input as unknown as { shape?: object }).shape ?? {});
    for (const field of [...shape, ...Object.keys(sample.body ?? {})])
      for (const value of [{ not: "" }, { contains: "" }, ["a", "b"], { set: null }, "a\0b", "\ud800", 1e308, -1]) {
        const hostile = { ...sample, body: sample.body ? { ...sample.body, [field]: value } : undefined };
        if (!sample.body)
          hostile.query = `${sample.query ?? ""}&${field}=${encodeURIComponent(typeof value === "object" ? JSON.stringify(value) : String(value).replace("\ud800", "%00"))}`;
        const answer = await call(route, hostile, { cookie });
        expect(answer.status, `${field} = ${JSON.stringify(value)}: ${JSON.stringify(answer.body)}`).toBeLessThan(500);
        if (
          typeof value === "object" &&
          sample.body &&
          !["tags", "serials", "deviceIds", "desired"].includes(field) &&
          !(field in (sample.params ?? {})) &&
          shape.includes(field)
        )
          expect(answer.status, `${field} = ${JSON.stringify(value)}`).toBe(422);
      }
  });
});
