import { createHash } from "node:crypto";
import { createLocalJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import { aclSchema, deviceScopes } from "@/lib/protocol/access";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeSession, makeUser } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { listen } from "../database/notify";
import { inTransaction } from "../verb";
import { ensureSigningKey, grantConsoleToken, grantDeviceToken, jwks, listTokens, mintServiceToken, mintToken, revokeToken, revokeTokensOf } from "./index";
import { openTokenAuthority, type TokenAuthority } from "./token-authority";

let db: TestDatabase;
let authority: TokenAuthority;
let fleetId: string;
let otherFleet: string;
const log = createLog("test", "silent");
beforeAll(async () => {
  db = await testDatabase();
  await ensureSigningKey(db.database, testSecrets());
  fleetId = (await makeFleet(db.database)).id;
  otherFleet = (await makeFleet(db.database)).id;
  authority = openTokenAuthority({ url: db.url, database: db.database, clock: { now: () => new Date() }, log });
  await authority.loaded;
});
afterAll(async () => {
  await authority?.close();
  await db?.close();
});

const admin = () => makeContext(db.database, { fleetId });
const stranger = () => makeContext(db.database, { fleetId: otherFleet });
const device = async (fleet = fleetId) => (await makeDevice(db.database, fleet)).id;

describe("signing keys", () => {
  test("several processes that start at once make one", async () => {
    const empty = await testDatabase();
    const made = await Promise.all(Array.from({ length: 5 }, () => ensureSigningKey(empty.database, testSecrets())));
    expect(new Set(made.map(({ kid }) => kid)).size).toBe(1);
    expect(await empty.database.prisma.signingKey.count()).toBe(1);
    await empty.close();
  });

  test("the private half is kept wrapped, and the published set verifies our tokens with a public library", async () => {
    const { token, tokenId } = await grantDeviceToken(admin(), { deviceId: await device() });
    const set = await jwks(db.database);
    expect(Object.keys(set.keys[0] ?? {}).toSorted()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
    const { payload } = await jwtVerify(token, createLocalJWKSet(set), { issuer: "sallyport", audience: "sallyport-mqtt", typ: "JWT" });
    expect(payload.jti).toBe(tokenId);
    const [row] = await db.database.prisma.signingKey.findMany();
    expect(Buffer.from(row?.privateWrapped ?? []).includes(Buffer.from("302e020100300506032b6570", "hex"))).toBe(false);
  });
});

describe("granting", () => {
  test("a device gets its default scopes; the token itself is not kept", async () => {
    const id = await device();
    const granted = await grantDeviceToken(admin(), { deviceId: id, ttlDays: 1, label: "bench" });
    expect(authority.verify(granted.token)).toMatchObject({ ok: true, claims: { sub: id, fleet: fleetId, kind: "device", acl: deviceScopes(fleetId, id) } });
    const row = await db.database.prisma.accessToken.findUniqueOrThrow({ where: { id: granted.tokenId } });
    expect(row.digest).toBe(createHash("sha256").update(granted.token).digest("base64url"));
    expect(JSON.stringify(row)).not.toContain(granted.token.split(".")[2]);
    expect(aclSchema.parse(row.scopes)).toEqual(deviceScopes(fleetId, id));
    expect(new Date(granted.expiresAt).getTime() - Date.now()).toBeLessThanOrEqual(86_400_000);
    const audited = await db.database.prisma.auditEvent.findFirstOrThrow({ where: { objectId: granted.tokenId } });
    expect([audited.action, JSON.stringify(audited.after).includes(granted.token)]).toEqual(["token.granted", false]);
  });

  test("a device of another fleet does not exist, a suspended one gets none, and roles decide", async () => {
    await expect(grantDeviceToken(stranger(), { deviceId: await device() })).rejects.toMatchObject({ code: "not_found" });
    const suspended = await makeDevice(db.database, fleetId, { lifecycle: "suspended" });
    await expect(grantDeviceToken(admin(), { deviceId: suspended.id })).rejects.toMatchObject({ code: "conflict" });
    for (const role of ["operator", "support", "viewer"] as const)
      await expect(grantDeviceToken(makeContext(db.database, { fleetId, role }), { deviceId: await device() })).rejects.toMatchObject({ code: "forbidden" });
  });

  test("a console token reads its fleet only, without payloads for support staff", async () => {
    const user = await makeUser(db.database, { fleetId, role: "support" });
    const actor = { kind: "user" as const, id: user.id, name: user.name, roles: new Map([[fleetId, "support" as const]]) };
    const live = await grantConsoleToken(makeContext(db.database, { fleetId, actor }), {});
    expect(live).toMatchObject({ url: "/mqtt", username: user.id, fleetId, payloads: false });
    const verified = authority.verify(live.token);
    if (!verified.ok) throw new Error(verified.reason);
    expect(
      verified.claims.acl.every(({ action, topic }) => action === "subscribe" && topic.startsWith(`sp/v1/${fleetId}/`) && !topic.endsWith("telemetry")),
    ).toBe(true);
    expect(verified.claims.cid).toBe(live.clientId);
    await expect(grantConsoleToken(makeContext(db.database, { fleetId: otherFleet, actor }), {})).rejects.toMatchObject({ code: "not_found" });
  });

  test("no token of a fleet reaches outside it, and only services belong to none", async () => {
    const minting = { tx: db.database.prisma, secrets: testSecrets(), now: new Date() };
    const spec = { kind: "device" as const, fleetId, subject: "dev_0000000000000000", ttlSeconds: 60, label: "" };
    const scope = (topic: string) => [{ permission: "allow" as const, action: "publish" as const, topic }];
    for (const topic of ["#", "+/+", `sp/v1/${otherFleet}/x`, "sp/v1/+/x", `sp/v1/${fleetId}`, `sp/v1/${fleetId}/a+`, "$SYS/#"])
      await expect(mintToken(minting, { ...spec, scopes: scope(topic) }), topic).rejects.toMatchObject({ code: "invalid_input" });
    // What EMQX fills in or takes off, and what separates or stands for levels in AMQP.
    for (const level of [`\${clientid}`, `\${username}/x`, "a.b", "*", "dev_*"])
      await expect(mintToken(minting, { ...spec, scopes: scope(`sp/v1/${fleetId}/${level}`) }), level).rejects.toMatchObject({ code: "invalid_input" });
    await expect(mintServiceToken(admin(), { label: "", scopes: scope("eq sp/v1/+/x") })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(mintToken(minting, { ...spec, fleetId: null, scopes: [] })).rejects.toMatchObject({ code: "invalid_input" });
    const service = await mintServiceToken(admin(), { label: "worker", scopes: scope("sp/v1/+/+/presence") });
    expect(authority.verify(service.token)).toMatchObject({ ok: true, claims: { kind: "service", cid: service.clientId, sub: service.username } });
  });
});

test("denies stand first in the token, for brokers that take the first scope that matches", async () => {
  const scope = (permission: "allow" | "deny", what: string) => ({ permission, action: "all" as const, topic: `sp/v1/${fleetId}/${what}` });
  const scopes = [scope("allow", "#"), scope("deny", "a"), scope("allow", "b"), scope("deny", "c")];
  const spec = { kind: "device" as const, fleetId, subject: "dev_0000000000000000", ttlSeconds: 60, label: "", scopes };
  const { token } = await mintToken({ tx: db.database.prisma, secrets: testSecrets(), now: new Date() }, spec);
  const verified = authority.verify(token);
  if (!verified.ok) throw new Error(verified.reason);
  expect(verified.claims.acl.map(({ permission, topic }) => `${permission} ${topic.split("/").at(-1)}`)).toEqual(["deny a", "deny c", "allow #", "allow b"]);
});

describe("revoking", () => {
  test("reaches the broker's memory without a query, is audited once, and twice is once", async () => {
    const granted = await grantDeviceToken(admin(), { deviceId: await device() });
    expect(authority.verify(granted.token).ok).toBe(true);
    expect(await revokeToken(admin(), { tokenId: granted.tokenId, reason: "lost" })).toEqual({
      tokenId: granted.tokenId,
      revoked: true,
      revocationId: expect.stringMatching(/^rvk_/),
    });
    expect(await revokeToken(admin(), { tokenId: granted.tokenId })).toMatchObject({ revoked: false, revocationId: null });
    await expect.poll(() => authority.verify(granted.token)).toEqual({ ok: false, reason: "revoked" });
    expect(await db.database.prisma.auditEvent.count({ where: { objectId: granted.tokenId, action: "token.revoked" } })).toBe(1);
  });

  test("is answered when the broker has ended what was connected with the token", async () => {
    const one = await makeDevice(db.database, fleetId);
    const granted = await grantDeviceToken(admin(), { deviceId: one.id });
    const { number } = await makeSession(db.database, one, { number: 501n, tokenId: granted.tokenId });
    const disconnectedAt = async () => (await db.database.prisma.session.findUniqueOrThrow({ where: { number } })).disconnectedAt;
    const end = async () => {
      await db.database.prisma.session.update({ where: { number }, data: { disconnectedAt: new Date(), disconnectReason: "TOKEN_REVOKED" } });
    };
    // What a broker does when it hears of it.
    const broker = listen(db.url, { token_revoked: () => setImmediate(() => void end()) }, { log, onUp: () => listening() });
    let listening = () => {};
    await new Promise<void>((resolve) => {
      listening = resolve;
    });
    await revokeToken(admin(), { tokenId: granted.tokenId });
    expect(await disconnectedAt()).not.toBeNull();
    await broker.close();
  });

  test("another fleet cannot", async () => {
    const granted = await grantDeviceToken(admin(), { deviceId: await device() });
    await expect(revokeToken(stranger(), { tokenId: granted.tokenId })).rejects.toMatchObject({ code: "not_found" });
    await expect(revokeToken(makeContext(db.database, { fleetId, role: "operator" }), { tokenId: granted.tokenId })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(authority.verify(granted.token).ok).toBe(true);
  });

  test("all of a subject in one transaction, and nothing when that is rolled back", async () => {
    const id = await device();
    const granted = await Promise.all([1, 2, 3].map(() => grantDeviceToken(admin(), { deviceId: id })));
    const revokeAll = (fail: boolean) =>
      db.database.prisma.$transaction(async (tx) => {
        const ids = await revokeTokensOf(inTransaction(admin(), tx), { subject: id, fleetId, reason: "retired" });
        if (fail) throw new Error("rolled back");
        return ids;
      });
    await expect(revokeAll(true)).rejects.toThrow("rolled back");
    expect((await revokeAll(false)).toSorted()).toEqual(granted.map(({ tokenId }) => tokenId).toSorted());
    for (const { token } of granted) await expect.poll(() => authority.verify(token).ok).toBe(false);
  });

  test("a broker that starts later knows it too", async () => {
    const granted = await grantDeviceToken(admin(), { deviceId: await device() });
    await revokeToken(admin(), { tokenId: granted.tokenId });
    const later = openTokenAuthority({ url: db.url, database: db.database, clock: { now: () => new Date() }, log });
    expect(later.verify(granted.token)).toEqual({ ok: false, reason: "unavailable" });
    await later.loaded;
    expect(later.verify(granted.token)).toEqual({ ok: false, reason: "revoked" });
    await later.close();
  });
});

test("times: a minute of tolerance on both ends, not more", async () => {
  const granted = await grantDeviceToken(admin(), { deviceId: await device(), ttlDays: 1 });
  const { iat, exp } = JSON.parse(Buffer.from(granted.token.split(".")[1] ?? "", "base64url").toString());
  const clock = fakeClock(new Date());
  const timed = openTokenAuthority({ url: db.url, database: db.database, clock, log });
  await timed.loaded;
  const at = (seconds: number) => {
    clock.set(new Date(seconds * 1000));
    const result = timed.verify(granted.token);
    return result.ok ? "ok" : result.reason;
  };
  expect([at(iat - 61), at(iat - 59), at(exp), at(exp + 59), at(exp + 60)]).toEqual(["not_yet_valid", "ok", "ok", "ok", "expired"]);
  await timed.close();
});

test("the list: this fleet's, newest first, by pages, with state, name and open sessions", async () => {
  const fleet = (await makeFleet(db.database)).id;
  const ctx = makeContext(db.database, { fleetId: fleet });
  const one = await makeDevice(db.database, fleet, { name: "Pump 1" });
  const granted = [];
  for (let i = 0; i < 5; i++) granted.push(await grantDeviceToken(ctx, { deviceId: one.id, label: `t${i}` }));
  await revokeToken(ctx, { tokenId: granted[0]?.tokenId ?? "" });
  await makeSession(db.database, one, { number: 77n, tokenId: granted[1]?.tokenId ?? "" });
  const first = await listTokens(ctx, { limit: 3 });
  const second = await listTokens(ctx, { limit: 3, cursor: first.nextCursor ?? "" });
  expect([first.total, first.items.length, second.items.length, second.nextCursor]).toEqual([5, 3, 2, null]);
  const all = [...first.items, ...second.items];
  expect(new Set(all.map(({ id }) => id)).size).toBe(5);
  expect(all.every(({ subjectName }) => subjectName === "Pump 1")).toBe(true);
  expect(all.find(({ label }) => label === "t0")).toMatchObject({ state: "revoked", connected: 0 });
  expect(all.find(({ label }) => label === "t1")).toMatchObject({ state: "live", connected: 1 });
  expect((await listTokens(ctx, { view: "revoked" })).items.map(({ label }) => label)).toEqual(["t0"]);
  expect((await listTokens(stranger(), { deviceId: one.id })).total).toBe(0);
  await expect(listTokens(makeContext(db.database, { fleetId: fleet, role: "viewer" }), {})).rejects.toMatchObject({ code: "forbidden" });
});
