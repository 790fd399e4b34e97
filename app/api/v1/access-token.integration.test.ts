import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import type { Scope } from "@/lib/protocol/access";
import { topics } from "@/lib/protocol/topics";
import { hooksOf } from "@/lib/server/broker-hooks/hook-route";
import { revokeToken } from "@/lib/server/tokens";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { refusedByThemselves } from "@/lib/testing/crafted";
import { moments } from "@/lib/testing/crafted/circumstances";
import { openForge } from "@/lib/testing/crafted/forge";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeMeasurements } from "@/lib/testing/factories";
import { grantedToken } from "@/lib/testing/granted-token";
import { routeSamples } from "@/lib/testing/route-samples";
import { testSecrets } from "@/lib/testing/secrets";
import { openDoor, type WebDoor } from "@/lib/testing/web-door";
import type { RouteHandler } from "@/lib/web/route";
import { ROUTES } from "./routes";

let db: TestDatabase;
let door: WebDoor;
let fleet: string;
let device: string;
let other: string;
let foreign: { id: string; fleetId: string };
const clock = fakeClock(new Date(Math.floor(Date.now() / 1000) * 1000));

const READS = {
  series: ["/devices/[deviceId]/series", "/?metric=level&from=now-1h"],
  metrics: ["/devices/[deviceId]/metrics", "/"],
  timeline: ["/devices/[deviceId]/timeline", "/"],
  presence: ["/devices/[deviceId]/presence", "/"],
} as const;
type Read = keyof typeof READS;
const TELEMETRY: Read[] = ["series", "metrics"];
const PRESENCE: Read[] = ["timeline", "presence"];

beforeAll(async () => {
  db = await testDatabase();
  door = openDoor(db.database, { clock, env: { DATABASE_URL: db.url } });
  fleet = (await makeFleet(db.database)).id;
  device = (await makeDevice(db.database, fleet)).id;
  other = (await makeDevice(db.database, fleet)).id;
  foreign = await makeDevice(db.database, (await makeFleet(db.database)).id);
  for (const id of [device, other, foreign.id]) await makeMeasurements(db.database, id, "level", [[clock.now().getTime() - 1_000, 7]]);
});
afterAll(async () => {
  await hooksOf(door.runtime).close();
  await db.close();
});

const allow = (topic: string): Scope => ({ permission: "allow", action: "subscribe", topic });
const deny = (topic: string): Scope => ({ permission: "deny", action: "all", topic });
const granted = (scopes: Scope[], ttlSeconds = 600) => grantedToken(db.database, { scopes, device: { id: device, fleetId: fleet }, ttlSeconds });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function read(token: string, what: Read, deviceId = device, query = "") {
  const [folder, path] = READS[what];
  const handler = ROUTES[folder]?.GET as RouteHandler;
  return door.call(handler, { path: `${path}${path === "/" ? "?" : "&"}${query}`, params: { deviceId }, as: bearer(token) });
}
const statuses = async (token: string, deviceId = device) =>
  Object.fromEntries(await Promise.all((Object.keys(READS) as Read[]).map(async (what) => [what, (await read(token, what, deviceId)).status])));
const only = (...open: Read[]) => Object.fromEntries((Object.keys(READS) as Read[]).map((what) => [what, open.includes(what) ? 200 : 404]));

test("what a token may subscribe to it may read, and nothing more", async () => {
  const telemetry = await granted([allow(topics.up(fleet, device, "telemetry"))]);
  expect(await statuses(telemetry.password)).toEqual(only(...TELEMETRY));
  expect(await statuses(telemetry.password, other)).toEqual(only());
  expect((await read(telemetry.password, "series")).body).toMatchObject({ metric: "level", mean: [7] });
  const presence = await granted([allow(topics.presenceOfAll(fleet))]);
  expect(await statuses(presence.password)).toEqual(only(...PRESENCE));
  expect(await statuses(presence.password, other)).toEqual(only(...PRESENCE));
  expect((await read(presence.password, "presence")).body).toMatchObject({ state: "never_seen", version: 0 });
  const everything = await granted([allow("#")]);
  expect(await statuses(everything.password)).toEqual(only(...TELEMETRY, ...PRESENCE));
});

test("a deny wins, publishing is not reading, and no scope is no right", async () => {
  const denied = await granted([allow(`sp/v1/${fleet}/#`), deny(`sp/v1/${fleet}/${device}/#`)]);
  expect(await statuses(denied.password)).toEqual(only());
  expect(await statuses(denied.password, other)).toEqual(only(...TELEMETRY, ...PRESENCE));
  const writes = await granted([{ permission: "allow", action: "publish", topic: topics.upAll(fleet, device) }]);
  expect(await statuses(writes.password)).toEqual(only());
  expect(await statuses((await granted([])).password)).toEqual(only());
});

test("another fleet's devices do not exist, however wide the scope and whichever fleet is asked for", async () => {
  const { password } = await granted([allow("#")]);
  expect(await statuses(password, foreign.id)).toEqual(only());
  const there = await read(password, "metrics", foreign.id, `fleet=${foreign.fleetId}`);
  expect(there).toMatchObject({ status: 404, body: { code: "not_found" } });
  const uncovered = await read((await granted([])).password, "metrics", device);
  const unknown = await read(password, "metrics", "dev_0000000000000000");
  expect({ ...uncovered.body, requestId: "" }).toEqual({ ...unknown.body, requestId: "" });
});

test.each(["#", "+", `x/up/telemetry`, ""])("“%s” is no device", async (deviceId) => {
  const { password } = await granted([allow("#")]);
  expect((await read(password, "metrics", deviceId)).status).toBe(404);
});

test("everything else is forbidden", async () => {
  const { password } = await granted([{ permission: "allow", action: "all", topic: "#" }]);
  const samples = await routeSamples(db.database, fleet);
  const open = Object.values(READS).map(([folder]) => `GET ${folder}`);
  const asked = Object.entries(ROUTES).flatMap(([folder, handlers]) =>
    Object.entries(handlers).map(([method, handler]) => ({ name: `${method} ${folder}`, method, handler })),
  );
  const closed = asked.filter(({ name, handler }) => handler.spec && handler.spec.access !== "public" && !open.includes(name));
  expect(closed.length).toBeGreaterThan(35);
  for (const { name, method, handler } of closed) {
    const { params = { userSessionId: "uss_0000000000000000" }, query = "", body = method === "GET" ? undefined : {} } = samples[name] ?? {};
    const answer = await door.call(handler, { method, path: `/?${query}`, params, body, as: bearer(password) });
    expect(answer, name).toMatchObject({ status: 403, body: { code: "forbidden" } });
  }
});

test("an expired token, and one from the future, are refused with the reason", async () => {
  const { password, tokenId } = await granted([allow("#")], 300);
  const { expiresAt } = await db.database.prisma.accessToken.findUniqueOrThrow({ where: { id: tokenId } });
  const seconds = (count: number) => new Date(expiresAt.getTime() + count * 1_000);
  clock.set(seconds(59));
  expect((await read(password, "metrics")).status).toBe(200);
  clock.set(seconds(60));
  expect(await read(password, "metrics")).toMatchObject({ status: 401, body: { code: "unauthenticated", detail: "This access token has expired." } });
  clock.set(seconds(-300 - 61));
  expect(await read(password, "metrics")).toMatchObject({ status: 401, body: { detail: "This access token is not valid yet." } });
  clock.set(new Date(Math.floor(Date.now() / 1000) * 1000));
});

test("a revoked token is refused as soon as this process has heard of it", async () => {
  const { password, tokenId } = await granted([allow("#")]);
  expect((await read(password, "metrics")).status).toBe(200);
  await revokeToken(makeContext(db.database, { fleetId: fleet }), { tokenId });
  await expect.poll(async () => (await read(password, "metrics")).body).toMatchObject({ status: 401, detail: "This access token was revoked." });
});

test("reading counts as use", async () => {
  const { password, tokenId } = await granted([allow("#")]);
  await read(password, "metrics");
  expect(await db.database.prisma.accessToken.findUniqueOrThrow({ where: { id: tokenId } })).toMatchObject({ lastUsedAt: clock.now() });
});

test("a bad token is refused although a good cookie or API key would do; crafted ones all are", async () => {
  const keys = generateKeyPairSync("ed25519");
  const kid = newId("signingKey");
  const { kty, crv, x } = keys.publicKey.export({ format: "jwk" });
  const privateWrapped = testSecrets().wrap(keys.privateKey.export({ format: "der", type: "pkcs8" }));
  await db.database.prisma.signingKey.create({ data: { kid, publicJwk: { kty, crv, x } as object, privateWrapped } });
  await db.database.pool.query("select pg_notify('token_revoked', '[]')");
  const forge = openForge({ kid, keys, now: clock.now().getTime() / 1_000, fleetId: fleet, deviceId: device });
  const withScope = forge.withClaims({ acl: [allow("#")] });
  await expect.poll(async () => (await read(withScope, "metrics")).status).toBe(200);
  // Spaces around it are the header's own, and a header cannot hold every character: those never arrive as they were written.
  const arrives = (token: string) => {
    if (token.startsWith(" ")) return false;
    try {
      return new Headers(bearer(token)).get("authorization")?.slice(7) === token;
    } catch {
      return false;
    }
  };
  const crafted = [...refusedByThemselves(forge), ...moments(forge)].filter(({ token }) => arrives(token));
  expect(crafted.length).toBeGreaterThanOrEqual(200);
  const wrong: string[] = [];
  for (const { name, token } of crafted) {
    const { status } = await read(token, "metrics");
    if (status !== 401) wrong.push(`${name}: ${status}`);
  }
  expect(wrong).toEqual([]);
});
