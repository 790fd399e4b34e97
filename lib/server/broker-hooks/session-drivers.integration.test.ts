import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "@/lib/base/clock";
import { createLog } from "@/lib/base/log";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { type GrantedToken, grantedToken } from "@/lib/testing/granted-token";
import { getRevocation } from "../tokens/revocations/get-revocation";
import { revokeToken } from "../tokens/revoke-token";
import { cutLogins } from "./cut-logins";
import { recordLogin } from "./logins";
import { emqxSessions } from "./session-drivers";

// EMQX's management API by its documentation: DELETE /api/v5/clients/{clientid}, 204 or 404, an API key as Basic.
let store: TestDatabase;
let api: Server;
let address = "";
const connected = new Set<string>();
let asked: { method: string; path: string; authorization: string }[] = [];
let away = false;

beforeAll(async () => {
  store = await testDatabase();
  api = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push({ method: request.method ?? "", path, authorization: request.headers.authorization ?? "" });
    const clientId = decodeURIComponent(path.split("/").at(-1) ?? "");
    response.writeHead(away ? 503 : connected.delete(clientId) ? 204 : 404, { "content-type": "application/json" });
    response.end(away ? '{"code":"SERVICE_UNAVAILABLE"}' : undefined);
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const bound = api.address();
  address = `http://key:se%3Acret@127.0.0.1:${typeof bound === "object" && bound ? bound.port : 0}`;
});
afterAll(async () => {
  api.close();
  await store.close();
});

const ctx = (seconds = 0) => ({
  database: store.database,
  log: createLog("worker", "silent"),
  clock: { now: () => new Date(Date.now() + seconds * 1000) },
});
const loggedIn = async (): Promise<GrantedToken> => {
  const token = await grantedToken(store.database, { scopes: [] });
  const key = { broker: "emqx" as const, subject: token.username, clientId: token.clientId };
  expect(await recordLogin(store.database.pool, key, { tokenId: token.tokenId, now: systemClock.now(), expiresAt: new Date(Date.now() + 600_000) })).toBe(true);
  connected.add(token.clientId);
  return token;
};
const revoke = ({ tokenId }: GrantedToken) => store.database.prisma.accessToken.update({ where: { id: tokenId }, data: { revokedAt: new Date() } });
const logins = () => store.database.prisma.brokerLogin.count();

test("a revoked token's client is kicked by name, with the API key, and others are not", async () => {
  const [token, other] = [await loggedIn(), await loggedIn()];
  await revoke(token);
  asked = [];
  const cut = await cutLogins(ctx(), emqxSessions(address));
  expect(cut).toEqual([{ broker: "emqx", subject: token.username, clientId: token.clientId }]);
  const call = (path: string) => ({ method: "DELETE", path, authorization: `Basic ${Buffer.from("key:se:cret").toString("base64")}` });
  // What it remembers of our answers is forgotten first.
  expect(asked).toEqual([call(`/api/v5/clients/${token.clientId}/authorization/cache`), call(`/api/v5/clients/${token.clientId}`)]);
  expect([...connected]).toEqual([other.clientId]);
  expect(await cutLogins(ctx(11), emqxSessions(address))).toEqual([]);
  expect(await logins()).toBe(1);
});

test("what a broker that is away could not cut is cut when it is back", async () => {
  const token = await loggedIn();
  await revoke(token);
  away = true;
  await expect(cutLogins(ctx(11), emqxSessions(address))).rejects.toMatchObject({ code: "unavailable" });
  expect(connected.has(token.clientId)).toBe(true);
  away = false;
  expect(await cutLogins(ctx(11), emqxSessions(address))).toHaveLength(1);
  expect(connected.has(token.clientId)).toBe(false);
});

test("the receipt gets the time at which the broker had confirmed, and says of a login that is long over that nothing was connected", async () => {
  const device = await makeDevice(store.database, (await makeFleet(store.database)).id);
  const fleet = makeContext(store.database, { fleetId: device.fleetId });
  const revoked = async (isConnected: boolean) => {
    const token = await grantedToken(store.database, { scopes: [], device });
    const key = { broker: "emqx" as const, subject: token.username, clientId: token.clientId };
    await recordLogin(store.database.pool, key, { tokenId: token.tokenId, now: systemClock.now(), expiresAt: new Date(Date.now() + 600_000) });
    if (isConnected) connected.add(token.clientId);
    const { revocationId } = await revokeToken(fleet, { tokenId: token.tokenId });
    const session = async () => (await getRevocation(fleet, { revocationId: revocationId ?? "" })).sessionList[0];
    expect(await session()).toMatchObject({ broker: "emqx", clientId: token.clientId, outcome: "open" });
    return session;
  };
  const cut = await revoked(true);
  await cutLogins(ctx(), emqxSessions(address));
  expect(await cut()).toMatchObject({ outcome: "cut", endReason: "TOKEN_REVOKED", milliseconds: expect.any(Number) });
  const gone = await revoked(false);
  await cutLogins(ctx(), emqxSessions(address));
  // It may have been let in a moment ago, and not be listed yet.
  expect(await gone()).toMatchObject({ outcome: "open" });
  await cutLogins(ctx(11), emqxSessions(address));
  expect(await gone()).toMatchObject({ outcome: "ended", endReason: "NOT_CONNECTED" });
});

test("a client that comes back with a token that holds is left alone", async () => {
  const token = await loggedIn();
  await revoke(token);
  const renewed = await grantedToken(store.database, { scopes: [] });
  await store.database.prisma.accessToken.update({ where: { id: renewed.tokenId }, data: { subject: token.username } });
  const key = { broker: "emqx" as const, subject: token.username, clientId: token.clientId };
  await recordLogin(store.database.pool, key, { tokenId: renewed.tokenId, now: new Date(), expiresAt: new Date(Date.now() + 600_000) });
  expect(await cutLogins(ctx(), emqxSessions(address))).toEqual([]);
  expect(connected.has(token.clientId)).toBe(true);
});

test("a revoked or foreign token makes no login", async () => {
  const token = await grantedToken(store.database, { scopes: [] });
  const at = { tokenId: token.tokenId, now: new Date(), expiresAt: new Date(Date.now() + 600_000) };
  expect(await recordLogin(store.database.pool, { broker: "emqx", subject: "svc_another", clientId: "x" }, at)).toBe(false);
  await revoke(token);
  expect(await recordLogin(store.database.pool, { broker: "emqx", subject: token.username, clientId: "x" }, at)).toBe(false);
});
