import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { JWKS_MAX_AGE_SECONDS, PUBLISH_AHEAD_MINUTES } from "@/lib/domain/tokens/signing-keys";
import { getStatement } from "@/lib/server/posture/get-statement";
import { ensureSigningKey, grantDeviceToken } from "@/lib/server/tokens";
import { retireSigningKey } from "@/lib/server/tokens/rotation/retire-signing-key";
import { rotateSigningKey } from "@/lib/server/tokens/rotation/rotate-signing-key";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { openDoor } from "@/lib/testing/web-door";
import { GET as jwks } from "./jwks.json/route";
import { GET as receiptKeys } from "./receipt-keys.json/route";

const MINUTE = 60_000;
const ROUTES: Record<string, (request: Request) => Promise<Response>> = {
  "/.well-known/jwks.json": jwks,
  "/.well-known/receipt-keys.json": receiptKeys,
};
let db: TestDatabase;
let server: Server;
let url: string;
let asked = 0;

beforeAll(async () => {
  db = await testDatabase();
  openDoor(db.database);
  server = createServer(async (incoming, outgoing) => {
    asked += 1;
    const address = new URL(incoming.url ?? "/", url);
    const headers = new Headers(Object.entries(incoming.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])));
    const response = await ROUTES[address.pathname]?.(new Request(address, { headers }));
    outgoing.writeHead(response?.status ?? 404, Object.fromEntries(response?.headers ?? []));
    outgoing.end(await response?.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await db.close();
});

const remote = () => createRemoteJWKSet(new URL("/.well-known/jwks.json", url));
const kidsAt = async (path: string) => ((await (await fetch(url + path)).json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);

test("who caches the set as long as it may verifies every token: before, during and after a rotation, and not after the end of the key", async () => {
  const first = (await ensureSigningKey(db.database, testSecrets())).kid;
  const clock = fakeClock(new Date(Date.now() + 1_000));
  const { id: fleetId } = await makeFleet(db.database);
  const device = await makeDevice(db.database, fleetId);
  const admin = makeContext(db.database, { fleetId, clock });
  const token = async () => (await grantDeviceToken(admin, { deviceId: device.id })).token;
  const verify = async (jwt: string, keys: ReturnType<typeof remote>) =>
    (await jwtVerify(jwt, keys, { issuer: "sallyport", audience: "sallyport-mqtt", currentDate: clock.now() })).protectedHeader.kid;

  const cached = remote();
  const old = await token();
  expect(await verify(old, cached)).toBe(first);
  const { kid: second } = await rotateSigningKey(admin, {});
  // The longest that a cache may be behind: it asks again when its copy is too old, before the new key signs.
  clock.advance(JWKS_MAX_AGE_SECONDS * 1_000);
  expect(await verify(await token(), cached)).toBe(first);
  await cached.reload();
  clock.advance(PUBLISH_AHEAD_MINUTES.usual * MINUTE - JWKS_MAX_AGE_SECONDS * 1_000);
  const before = asked;
  const fresh = await token();
  expect(await verify(fresh, cached)).toBe(second);
  expect(await verify(old, cached)).toBe(first);
  // From its copy alone.
  expect(asked).toBe(before);
  expect(await kidsAt("/.well-known/jwks.json")).toEqual([first, second]);

  await retireSigningKey(admin, { kid: first, expectedTokens: 2 });
  await cached.reload();
  expect(await verify(fresh, cached)).toBe(second);
  await expect(verify(old, remote())).rejects.toMatchObject({ code: "ERR_JWKS_NO_MATCHING_KEY" });
  expect(await kidsAt("/.well-known/receipt-keys.json")).toEqual([first, second]);
  const { keys } = (await (await fetch(`${url}/.well-known/receipt-keys.json`)).json()) as { keys: Record<string, unknown>[] };
  expect(keys.map(({ exp }) => exp)).toEqual([Math.floor(clock.now().getTime() / 1_000), undefined]);
  for (const key of keys) expect(Object.keys(key)).not.toContain("d");
});

test("a stock library verifies a statement on zero inbound ports by the published keys, and takes it for nothing else", async () => {
  const { kid } = await ensureSigningKey(db.database, testSecrets());
  const { id: fleetId } = await makeFleet(db.database);
  await makeDevice(db.database, fleetId, { name: "Pump 1" });
  const { jws } = await getStatement(makeContext(db.database, { fleetId, role: "viewer" }), {});
  const published = createRemoteJWKSet(new URL("/.well-known/receipt-keys.json", url));
  const { payload, protectedHeader } = await jwtVerify(jws, published, { issuer: "sallyport", audience: "sallyport-posture", typ: "sallyport-posture+jwt" });
  expect(protectedHeader).toEqual({ alg: "EdDSA", typ: "sallyport-posture+jwt", kid });
  expect(payload).toMatchObject({ text: "0 of 1 device proved zero inbound ports in the last 24 h", notProved: [{ name: "Pump 1", state: "no_report" }] });
  await expect(jwtVerify(jws, published, { audience: "sallyport-mqtt" })).rejects.toMatchObject({ code: "ERR_JWT_CLAIM_VALIDATION_FAILED" });
});

test("it may be cached for less time than a key is published ahead; who knows it already gets no body", async () => {
  const answer = await fetch(`${url}/.well-known/jwks.json`);
  expect(answer.headers.get("content-type")).toBe("application/jwk-set+json");
  const [, age] = /^public, max-age=(\d+), must-revalidate$/.exec(answer.headers.get("cache-control") ?? "") ?? [];
  expect(Number(age)).toBeLessThan(PUBLISH_AHEAD_MINUTES.least * 60);
  const etag = answer.headers.get("etag") ?? "";
  expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
  const ask = (known: string) => fetch(`${url}/.well-known/jwks.json`, { headers: { "if-none-match": known } });
  for (const known of [etag, etag.slice(2), `"x", ${etag}`, "*"]) {
    const again = await ask(known);
    expect([again.status, await again.text(), again.headers.get("etag"), again.headers.get("cache-control")]).toEqual([
      304,
      "",
      etag,
      answer.headers.get("cache-control"),
    ]);
  }
  expect((await ask('"x"')).status).toBe(200);
  const { id: fleetId } = await makeFleet(db.database);
  await rotateSigningKey(makeContext(db.database, { fleetId, actor: "system", clock: fakeClock(new Date(Date.now() + 3_600_000)) }), {});
  const changed = await ask(etag);
  expect([changed.status, changed.headers.get("etag") === etag]).toEqual([200, false]);
});
