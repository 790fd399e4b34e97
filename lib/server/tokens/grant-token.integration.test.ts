import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import type { Granted } from "@/lib/domain/tokens/grant-answer";
import type { GrantRequestInput } from "@/lib/domain/tokens/grant-request";
import { deviceScopes } from "@/lib/protocol/access";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeSite, makeUser } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { ensureSigningKey, grantDeviceToken, grantManyDeviceTokens, grantToken, previewGrant } from "./index";
import { openTokenAuthority, type TokenAuthority } from "./token-authority";

let db: TestDatabase;
let authority: TokenAuthority;
let fleetId: string;
let otherFleet: string;
let siteName: string;
let atSite: string[];
beforeAll(async () => {
  db = await testDatabase();
  await ensureSigningKey(db.database, testSecrets());
  fleetId = (await makeFleet(db.database)).id;
  otherFleet = (await makeFleet(db.database)).id;
  const site = await makeSite(db.database, fleetId, "Harbour");
  siteName = site.name;
  atSite = [];
  for (let i = 0; i < 3; i++) atSite.push((await makeDevice(db.database, fleetId, { siteId: site.id })).id);
  for (let i = 0; i < 5; i++) await makeDevice(db.database, fleetId);
  await makeDevice(db.database, fleetId, { siteId: site.id, lifecycle: "retired" });
  authority = openTokenAuthority({ url: db.url, database: db.database, clock: { now: () => new Date() }, log: createLog("test", "silent") });
  await authority.loaded;
});
afterAll(async () => {
  await authority?.close();
  await db?.close();
});

const admin = () => makeContext(db.database, { fleetId });
const service = (name: string, permissions: GrantRequestInput["permissions"], rest: Partial<GrantRequestInput> = {}): GrantRequestInput => ({
  subject: { kind: "service", name },
  ttl: 60,
  permissions,
  ...rest,
});
const presence = { patterns: { topics: { "+/presence": 1 } } };
const claimsOf = (token: string) => {
  const verified = authority.verify(token);
  if (!verified.ok) throw new Error(verified.reason);
  return verified.claims;
};
async function granted(request: GrantRequestInput, ctx = admin()): Promise<Granted> {
  const answer = await grantToken(ctx, request);
  if (answer.outcome !== "granted") throw new Error(answer.outcome);
  return answer;
}
const code = (expected: string) => expect.objectContaining({ code: expected });

describe("a service of the fleet", () => {
  test("is made with its first token, and found by its name again", async () => {
    const first = await granted(service("meter", presence, { label: "one", permissions: { ...presence, meta: { order: 7, vip: true } } }));
    const second = await granted(service("meter", presence));
    expect(second.username).toBe(first.username);
    expect(first.username).toMatch(/^svc_/);
    expect(first.clientId).not.toBe(second.clientId);
    expect(claimsOf(first.token)).toMatchObject({ kind: "service", sub: first.username, fleet: fleetId, cid: first.clientId, meta: { order: 7, vip: true } });
    const row = await db.database.prisma.accessToken.findUniqueOrThrow({ where: { id: first.tokenId } });
    expect(row).toMatchObject({
      fleetId,
      subjectKind: "service",
      subject: first.username,
      clientId: first.clientId,
      meta: { order: 7, vip: true },
      grantedBy: "Test admin",
    });
    const audited = await db.database.prisma.auditEvent.findFirstOrThrow({ where: { objectId: first.tokenId } });
    expect(audited).toMatchObject({ action: "token.granted", after: { scopes: first.scopes, kind: "service", label: "one" } });
    expect(JSON.stringify(audited.after)).not.toContain(first.token);
  });

  test("two that come at once make one; another fleet's of the same name is another", async () => {
    const both = await Promise.all([1, 2, 3].map(() => granted(service("twin", presence))));
    expect(new Set(both.map(({ username }) => username)).size).toBe(1);
    const theirs = await granted(service("twin", presence), makeContext(db.database, { fleetId: otherFleet }));
    expect(theirs.username).not.toBe(both[0]?.username);
    expect(claimsOf(theirs.token).acl).toEqual([{ permission: "allow", action: "subscribe", topic: `sp/v1/${otherFleet}/+/presence` }]);
  });

  test("of a selection: the devices that match now, by name, and told in words and numbers", async () => {
    const request = service("ingest", { patterns: { devices: { [`site:"${siteName}"`]: { read: ["up/telemetry", "presence"] } } } });
    const preview = await previewGrant(admin(), request);
    expect(preview).toMatchObject({
      holder: { kind: "service", id: null, name: "ingest" },
      reach: { fleetDevices: 8, devices: 3, devicesRead: 3, devicesWrite: 0, topicsRead: 6, topicsWrite: 0 },
      queries: { [`site:"${siteName}"`]: 3 },
      warnings: [],
      reasons: [],
    });
    expect(await db.database.prisma.service.count({ where: { name: "ingest" } })).toBe(0);
    const answer = await granted(request);
    expect(answer.scopes.map(({ topic }) => topic).toSorted()).toEqual(
      atSite.flatMap((id) => [`sp/v1/${fleetId}/${id}/up/telemetry`, `sp/v1/${fleetId}/${id}/presence`]).toSorted(),
    );
    expect(answer.words.can).toEqual(preview.words.can);
    expect([preview, answer].map(({ words }) => words.cannot.at(-1))).toEqual([
      "Connect with another client id than the one that is made for it.",
      `Connect with another client id than ${answer.clientId}.`,
    ]);
    expect(answer.words.can[0]).toMatch(/^Read telemetry and presence of Device .*, Device .* and Device .*\.$/);
    // The size that was told before is the size that it has.
    expect(preview.tokenBytes).toBe(answer.token.length);
  });
});

describe("a person", () => {
  test("of this fleet, with a client id of their own; what keys are for is refused", async () => {
    const user = await makeUser(db.database, { fleetId, name: "Ann" });
    const answer = await granted({ subject: { kind: "console", userId: user.id }, ttl: 5, permissions: presence });
    expect(answer).toMatchObject({ username: user.id, holder: { name: "Ann" }, clientId: expect.stringContaining(`${user.id}-`) });
    const keys = { patterns: { topics: { "+/down/key": 1 } } };
    await expect(grantToken(admin(), { subject: { kind: "console", userId: user.id }, ttl: 5, permissions: keys })).rejects.toThrow(code("invalid_input"));
    const gone = await makeUser(db.database, { fleetId, disabledAt: new Date() });
    const stranger = await makeUser(db.database, { fleetId: otherFleet });
    for (const { id } of [gone, stranger])
      await expect(grantToken(admin(), { subject: { kind: "console", userId: id }, ttl: 5, permissions: presence })).rejects.toThrow(code("not_found"));
  });
});

describe("a device", () => {
  test("may be given more than its default, within its fleet; another fleet's does not exist, a suspended one gets none", async () => {
    const device = await makeDevice(db.database, fleetId);
    const permissions = { resources: { devices: { [device.id]: { read: ["down/#"], write: ["up/telemetry"] }, [atSite[0] ?? ""]: { read: ["presence"] } } } };
    const answer = await granted({ subject: { kind: "device", deviceId: device.id }, ttl: 5, permissions });
    expect(answer).toMatchObject({ username: device.id, clientId: device.id, revokedReplaced: false });
    expect(claimsOf(answer.token).cid).toBeUndefined();
    const foreign = await makeDevice(db.database, otherFleet);
    await expect(grantToken(admin(), { subject: { kind: "device", deviceId: foreign.id }, ttl: 5, permissions: {} })).rejects.toThrow(code("not_found"));
    const suspended = await makeDevice(db.database, fleetId, { lifecycle: "suspended" });
    await expect(grantToken(admin(), { subject: { kind: "device", deviceId: suspended.id }, ttl: 5, permissions: {} })).rejects.toThrow(code("conflict"));
  });

  test("another fleet's is told as unknown, and reached by nothing", async () => {
    const foreign = await makeDevice(db.database, otherFleet);
    const preview = await previewGrant(admin(), service("x", { resources: { devices: { [foreign.id]: { read: ["presence"] } } } }));
    expect(preview).toMatchObject({ reach: { devices: 0, topicsRead: 0 }, warnings: [{ code: "unknown_device" }] });
    expect(preview.words.can).toEqual([`Read presence of ${foreign.id}.`]);
  });
});

describe("replacing", () => {
  test("a token of the same holder, which is revoked only when that is asked for", async () => {
    const old = await granted(service("swap", presence));
    const kept = await granted(service("swap", presence, { replaces: old.tokenId }));
    expect(authority.verify(old.token).ok).toBe(true);
    expect(await db.database.prisma.accessToken.findUniqueOrThrow({ where: { id: kept.tokenId } })).toMatchObject({ replacesId: old.tokenId });
    const swapped = await granted(service("swap", presence, { replaces: old.tokenId, revokeReplaced: true }));
    expect(swapped.revokedReplaced).toBe(true);
    await expect.poll(() => authority.verify(old.token)).toEqual({ ok: false, reason: "revoked" });
    expect(authority.verify(kept.token).ok).toBe(true);
  });

  test("not one of another holder or fleet", async () => {
    const other = await granted(service("other", presence));
    const foreign = await granted(service("swap", presence), makeContext(db.database, { fleetId: otherFleet }));
    for (const replaces of [other.tokenId, foreign.tokenId, "tok_0000000000000000"])
      await expect(grantToken(admin(), service("swap", presence, { replaces, revokeReplaced: true }))).rejects.toThrow(code("invalid_input"));
    expect([authority.verify(other.token).ok, authority.verify(foreign.token).ok]).toEqual([true, true]);
  });
});

describe("refused", () => {
  test.each(["operator", "support", "viewer"] as const)("as %s", async (role) => {
    const ctx = makeContext(db.database, { fleetId, role });
    await expect(grantToken(ctx, service("x", presence))).rejects.toThrow(code("forbidden"));
    await expect(previewGrant(ctx, service("x", presence))).rejects.toThrow(code("forbidden"));
  });

  test("a client id that is somebody else's", async () => {
    const held = await granted(service("holder", presence, { clientId: "gateway" }), makeContext(db.database, { fleetId: otherFleet }));
    expect(held.clientId).toBe("gateway");
    for (const clientId of [atSite[0] ?? "", "usr_x", held.username, `${held.username}-1`, "gateway"])
      await expect(grantToken(admin(), service("thief", presence, { clientId })), clientId).rejects.toThrow(code("invalid_input"));
    await expect(grantToken(admin(), { subject: { kind: "device", deviceId: atSite[0] ?? "" }, ttl: 5, clientId: "mine", permissions: {} })).rejects.toThrow(
      code("invalid_input"),
    );
    expect((await granted(service("holder", presence, { clientId: "gateway" }), makeContext(db.database, { fleetId: otherFleet }))).clientId).toBe("gateway");
  });

  test("longer than the fleet allows, by every way to grant", async () => {
    const strict = (await makeFleet(db.database)).id;
    await db.database.prisma.fleet.update({ where: { id: strict }, data: { tokenTtlMaxMinutes: 2 * 1_440 } });
    const ctx = makeContext(db.database, { fleetId: strict });
    const device = await makeDevice(db.database, strict);
    await expect(grantToken(ctx, service("x", presence, { ttl: 2 * 1_440 + 1 }))).rejects.toThrow("Tokens of this fleet live 2 days at most.");
    await expect(grantDeviceToken(ctx, { deviceId: device.id, ttlDays: 3 })).rejects.toThrow(code("invalid_input"));
    await expect(grantManyDeviceTokens(ctx, { deviceIds: [device.id], ttlDays: 3 })).rejects.toThrow(code("invalid_input"));
    const { expiresAt } = await grantDeviceToken(ctx, { deviceId: device.id });
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(2 * 86_400_000);
  });

  test("a query that is none, and one that is too much", async () => {
    await expect(grantToken(admin(), service("x", { patterns: { devices: { "nonsense:(": { read: ["presence"] } } } }))).rejects.toThrow(code("invalid_input"));
  });
});

test("many device grants at once are one batch, by name", async () => {
  const tokens = await grantManyDeviceTokens(admin(), { deviceIds: atSite, label: "batch" });
  const rows = await db.database.prisma.accessToken.findMany({ where: { id: { in: [...tokens.values()].map(({ tokenId }) => tokenId) } } });
  expect(new Set(rows.map(({ batchId }) => batchId)).size).toBe(1);
  expect(rows.every(({ batchId, grantedBy }) => batchId?.startsWith("bat_") && grantedBy === "Test admin")).toBe(true);
  expect(rows[0]?.scopes).toEqual(deviceScopes(fleetId, rows[0]?.subject ?? ""));
});
