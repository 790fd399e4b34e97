import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import { type Receipt, receiptSchema } from "@/lib/domain/tokens/receipt";
import { changeDevice } from "@/lib/server/devices/change-device";
import { type BrokerFleet, brokerFleet, openMqtt } from "@/lib/testing/broker-fleet";
import { brokerSettings } from "@/lib/testing/broker-settings";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeSession, makeTokenRow } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { type ProductBroker, startProductBroker } from "@/services/broker/product-broker";
import { grantDeviceToken, jwks, revokeToken } from "../index";
import { parseToken } from "../parse-token";
import { getReceipt } from "./get-receipt";
import { getRevocation } from "./get-revocation";
import { listRevocations } from "./list-revocations";
import { previewRevocation } from "./preview-revocation";
import { revokeTokens } from "./revoke-tokens";
import { revocationSettler } from "./settle-revocations";
import { verifyReceipt } from "./verify-receipt";

let db: TestDatabase;
let fleet: BrokerFleet;
let broker: ProductBroker;
const log = createLog("test", "silent");
beforeAll(async () => {
  db = await testDatabase();
  fleet = await brokerFleet(db.database);
  broker = await startProductBroker(brokerSettings(db.url));
  await broker.ready;
});
afterAll(async () => {
  await broker?.stop();
  await db?.close();
});

/** A worker's step, `seconds` from now. */
const settle = (seconds = 2, lookedAt?: Date) =>
  revocationSettler({
    database: db.database,
    secrets: testSecrets(),
    log,
    clock: { now: () => new Date(Date.now() + seconds * 1000) },
    lookedAt: () => lookedAt,
  })();
const view = (revocationId: string) => getRevocation(fleet.context, { revocationId });
const receiptOf = async (revocationId: string): Promise<Receipt> => (await getReceipt(fleet.context, { revocationId })).receipt;
const stranger = async () => makeContext(db.database, { fleetId: (await makeFleet(db.database)).id });

test("one token: its session is cut before the answer, and the signed receipt tells in how many milliseconds", async () => {
  const device = await fleet.device();
  const wire = await openMqtt(broker.ports.tcp, device);
  await expect
    .poll(async () => (await previewRevocation(fleet.context, { selector: { tokenId: device.tokenId } })).sessions)
    .toEqual([{ broker: "embedded", sessions: 1 }]);
  const { revocationId } = await revokeTokens(fleet.context, { selector: { tokenId: device.tokenId }, reason: "lost" });
  await wire.closed;
  // At the answer the broker had recorded the end.
  const filling = await view(revocationId);
  expect(filling).toMatchObject({ tokens: 1, sessions: 1, cut: 1, open: 0, settledAt: null, receiptVersion: 0 });
  expect(filling.sessionList[0]).toMatchObject({
    broker: "embedded",
    clientId: device.clientId,
    subject: device.username,
    address: "127.0.0.1",
    outcome: "cut",
  });
  await expect(getReceipt(fleet.context, { revocationId })).rejects.toMatchObject({ code: "conflict" });

  await expect.poll(() => settle()).toContain(revocationId);
  const settled = await view(revocationId);
  expect([settled.settledAt !== null, settled.receiptVersion, settled.lastCutMilliseconds]).toEqual([true, 1, filling.sessionList[0]?.milliseconds]);
  const { jws } = await getReceipt(fleet.context, { revocationId });
  const { payload, protectedHeader } = await jwtVerify(jws, createLocalJWKSet(await jwks(db.database)), {
    typ: "sallyport-receipt+jwt",
    issuer: "sallyport",
    audience: "sallyport-receipt",
    algorithms: ["EdDSA"],
  });
  expect(protectedHeader.kid).toMatch(/^sig_/);
  expect(receiptSchema.parse(payload)).toMatchObject({
    jti: revocationId,
    fleet: fleet.id,
    actor: { name: "Test admin" },
    reason: "lost",
    selector: { tokenId: device.tokenId },
    tokens: { count: 1, ids: [device.tokenId], complete: true },
    summary: { sessions: 1, cut: 1, notCut: 0, lastCutMilliseconds: filling.sessionList[0]?.milliseconds },
  });
  expect((await verifyReceipt(db.database, `${jws}\n`)).receipt.jti).toBe(revocationId);
});

test("a receipt is no token, a token is no receipt, and a changed one is found out", async () => {
  const device = await fleet.device();
  const { revocationId } = await revokeTokens(fleet.context, { selector: { tokenId: device.tokenId }, reason: "lost" });
  await settle();
  const { jws } = await getReceipt(fleet.context, { revocationId });
  expect(decodeProtectedHeader(jws).typ).toBe("sallyport-receipt+jwt");
  expect(parseToken(jws)).toBe("bad_header");
  await expect(openMqtt(broker.ports.tcp, { ...device, token: jws })).rejects.toThrow("refused with 4");
  await expect(verifyReceipt(db.database, device.token)).rejects.toMatchObject({ code: "invalid_input" });
  const [header = "", payload = "", signature = ""] = jws.split(".");
  const forged = Buffer.from(Buffer.from(payload, "base64url").toString().replace('"reason":"lost"', '"reason":"sold"')).toString("base64url");
  await expect(verifyReceipt(db.database, [header, forged, signature].join("."))).rejects.toThrow("was changed");
  await expect(verifyReceipt(db.database, "nonsense")).rejects.toThrow("not a signed document");
});

describe("many at once", () => {
  test("all of a device, counted first; another number is a conflict that tells it, and then nothing happened", async () => {
    const device = await fleet.device();
    const spare = await grantDeviceToken(fleet.context, { deviceId: device.username });
    await makeTokenRow(db.database, { id: device.username, fleetId: fleet.id }, { expiresAt: new Date(Date.now() - 600_000) });
    const wire = await openMqtt(broker.ports.tcp, device);
    const selector = { deviceId: device.username };
    const preview = await previewRevocation(fleet.context, { selector });
    expect(preview).toMatchObject({ tokens: 2, live: 2, devicesLeftWithout: { count: 1, first: [{ id: device.username }] } });
    expect((await previewRevocation(fleet.context, { selector: { tokenId: spare.tokenId } })).devicesLeftWithout.count).toBe(0);
    await expect(revokeTokens(fleet.context, { selector, reason: "stolen" })).rejects.toMatchObject({
      code: "conflict",
      message: "This would revoke 2 tokens.",
    });
    await expect(revokeTokens(fleet.context, { selector, reason: "stolen", expectedTokens: 1 })).rejects.toMatchObject({
      code: "conflict",
      fields: [{ path: "expectedTokens", message: "2" }],
    });
    expect(wire.socket.destroyed).toBe(false);
    const { revocationId, tokens } = await revokeTokens(fleet.context, { selector, reason: "stolen", expectedTokens: 2 });
    expect(tokens).toBe(2);
    await wire.closed;
    expect((await view(revocationId)).tokenList.map(({ id }) => id).toSorted()).toEqual([device.tokenId, spare.tokenId].toSorted());
    const audited = await db.database.prisma.auditEvent.findMany({ where: { objectId: revocationId } });
    expect(audited).toMatchObject([{ action: "tokens.revoked", after: { tokens: 2, reason: "stolen", selector } }]);
    await expect(openMqtt(broker.ports.tcp, { ...device, token: spare.token })).rejects.toThrow("refused with 5");
  });

  test("all of a batch, and all that a query matches", async () => {
    const batchId = "bat_0000000000000001";
    const granted = await Promise.all([1, 2, 3].map(() => fleet.device()));
    await db.database.prisma.accessToken.updateMany({ where: { id: { in: granted.slice(0, 2).map(({ tokenId }) => tokenId) } }, data: { batchId } });
    await db.database.prisma.accessToken.updateMany({ where: { id: granted[2]?.tokenId ?? "" }, data: { label: "spring campaign" } });
    await revokeTokens(fleet.context, { selector: { batchId }, reason: "printed twice", expectedTokens: 2 });
    const query = { query: 'label:"spring campaign"' };
    expect((await previewRevocation(fleet.context, { selector: query })).tokens).toBe(1);
    await revokeTokens(fleet.context, { selector: query, reason: "over", expectedTokens: 1 });
    await expect(revokeTokens(fleet.context, { selector: query, reason: "over", expectedTokens: 0 })).rejects.toMatchObject({ code: "conflict" });
    const states = await db.database.prisma.accessToken.findMany({ where: { id: { in: granted.map(({ tokenId }) => tokenId) } } });
    expect(states.every(({ revokedAt }) => revokedAt !== null)).toBe(true);
  });

  test.each([
    ["no selector", {}],
    ["an empty query", { query: "  " }],
    ["two at once", { tokenId: "tok_1", deviceId: "dev_1" }],
    ["an unknown one", { everything: true }],
  ])("%s revokes nothing", async (_, selector) => {
    await expect(revokeTokens(fleet.context, { selector: selector as never, reason: "x", expectedTokens: 0 })).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("a thousand in one act, with a receipt of sane size", async () => {
    const { id } = await makeFleet(db.database);
    const device = await makeDevice(db.database, id);
    const ctx = makeContext(db.database, { fleetId: id });
    const row = await makeTokenRow(db.database, device, { label: "many" });
    await db.database.pool.query(
      `insert into access_token (id, fleet_id, subject_kind, subject, device_id, label, scopes, digest, expires_at)
       select 'tok_' || lpad(n::text, 16, '0'), fleet_id, subject_kind, subject, device_id, label, scopes, digest || n, expires_at
       from access_token, generate_series(1, 999) n where id = $1`,
      [row.id],
    );
    const selector = { query: "label:many" };
    const { revocationId } = await revokeTokens(ctx, { selector, reason: "all of them", expectedTokens: 1_000 });
    await settle();
    const { jws, receipt } = await getReceipt(ctx, { revocationId });
    expect(receipt.tokens).toMatchObject({ count: 1_000, ids: [], complete: false });
    expect(jws.length).toBeLessThan(4_000);
    expect(await db.database.prisma.accessToken.count({ where: { fleetId: id, revokedAt: null } })).toBe(0);
  });
});

describe("all of a subject, known or not", () => {
  test("a genuine token without a row is cut and refused, one of the same second or later holds", async () => {
    const device = await makeDevice(db.database, fleet.id);
    const second = Math.floor(Date.now() / 1000);
    const claims = { sub: device.id, acl: [] };
    const login = async (iat: number) => ({ username: device.id, clientId: device.id, token: await fleet.sign({ ...claims, iat, exp: iat + 3_600 }) });
    const [old, fresh] = [await login(second - 100), await login(second + 5)];
    const wire = await openMqtt(broker.ports.tcp, old);
    const sessions = () => db.database.prisma.session.count({ where: { subject: device.id, disconnectedAt: null } });
    await expect.poll(sessions).toBe(1);
    const { revocationId, tokens } = await revokeTokens(fleet.context, { selector: { subject: device.id }, reason: "restored backup" });
    expect(tokens).toBe(0);
    await wire.closed;
    expect(await view(revocationId)).toMatchObject({ tokens: 0, sessions: 1, cut: 1 });
    await expect(openMqtt(broker.ports.tcp, old)).rejects.toThrow("refused with 5");
    const back = await openMqtt(broker.ports.tcp, fresh);
    expect(back.socket.destroyed).toBe(false);
    // Granted right afterwards, most likely in the same second.
    const granted = await grantDeviceToken(fleet.context, { deviceId: device.id });
    (await openMqtt(broker.ports.tcp, { ...fresh, token: granted.token })).end();
    back.end();
  });

  test("a broker that starts later knows of it", async () => {
    const device = await makeDevice(db.database, fleet.id);
    const iat = Math.floor(Date.now() / 1000) - 50;
    const token = await fleet.sign({ sub: device.id, acl: [], iat, exp: iat + 3_600 });
    await changeDevice(fleet.context, { deviceId: device.id, lifecycle: "suspended" });
    const later = await startProductBroker(brokerSettings(db.url, { BROKER_NODE: "later" }));
    await later.ready;
    await expect(openMqtt(later.ports.tcp, { username: device.id, clientId: device.id, token })).rejects.toThrow("refused with 5");
    await later.stop();
  });

  test("issued before a moment; not in the future; and never another fleet's subject", async () => {
    const device = await fleet.device();
    const now = Date.now();
    const before = (ms: number) => ({ subject: device.username, issuedBefore: new Date(now + ms).toISOString() });
    await expect(revokeTokens(fleet.context, { selector: before(60_000), reason: "x" })).rejects.toMatchObject({ code: "invalid_input" });
    expect((await previewRevocation(fleet.context, { selector: before(-60_000) })).tokens).toBe(0);
    await revokeTokens(await stranger(), { selector: { subject: device.username }, reason: "not mine" });
    (await openMqtt(broker.ports.tcp, device)).end();
  });
});

test("what could not be cut is said to be not cut, and a later cut makes another version", async () => {
  const device = await makeDevice(db.database, fleet.id);
  const token = await makeTokenRow(db.database, device);
  // Of a broker that serves on and has lost Postgres.
  const { number } = await makeSession(db.database, device, { number: 900_001n, tokenId: token.id });
  await db.database.prisma.brokerRun.updateMany({ where: { node: "test" }, data: { aliveAt: new Date(0) } });
  const { revocationId } = await revokeTokens(fleet.context, { selector: { tokenId: token.id }, reason: "lost" });
  expect(await settle(30)).not.toContain(revocationId);
  expect(await settle(61)).toContain(revocationId);
  expect(await receiptOf(revocationId)).toMatchObject({
    version: 1,
    summary: { notCut: 1 },
    sessions: [{ outcome: "not_cut", cutAt: null, milliseconds: null }],
  });
  expect(await settle(62)).not.toContain(revocationId);
  await db.database.prisma.session.update({ where: { number }, data: { disconnectedAt: new Date(Date.now() + 65_000), disconnectReason: "TOKEN_REVOKED" } });
  expect(await settle(66)).toContain(revocationId);
  expect(await receiptOf(revocationId)).toMatchObject({ version: 2, summary: { notCut: 0, cut: 1 } });
});

test("a session that was recorded after the snapshot is added, and a broker without records is waited for", async () => {
  const device = await makeDevice(db.database, fleet.id);
  const token = await makeTokenRow(db.database, device);
  const { revocationId } = await revokeTokens(fleet.context, { selector: { tokenId: token.id }, reason: "lost" });
  const disconnectedAt = new Date(Date.now() + 20);
  await makeSession(db.database, device, { number: 900_002n, tokenId: token.id, disconnectedAt, disconnectReason: "TOKEN_REVOKED" });
  expect(await settle(2, new Date(0))).not.toContain(revocationId);
  expect(await settle(2, new Date())).toContain(revocationId);
  expect(await receiptOf(revocationId)).toMatchObject({ summary: { sessions: 1, cut: 1 } });
});

test("suspending a device answers when it is cut, and leaves a revocation", async () => {
  const device = await fleet.device();
  await openMqtt(broker.ports.tcp, device);
  await expect.poll(() => db.database.prisma.session.count({ where: { tokenId: device.tokenId, disconnectedAt: null } })).toBe(1);
  expect((await changeDevice(fleet.context, { deviceId: device.username, lifecycle: "suspended" })).revokedTokens).toBe(1);
  expect(await db.database.prisma.session.count({ where: { tokenId: device.tokenId, disconnectedAt: null } })).toBe(0);
  const [newest] = (await listRevocations(fleet.context, {})).items;
  expect(newest).toMatchObject({ selector: { deviceId: device.username }, reason: "device suspended", tokens: 1, sessions: 1, cut: 1 });
});

test("who may see and do it; another fleet sees nothing", async () => {
  const device = await fleet.device();
  const { revocationId } = await revokeToken(fleet.context, { tokenId: device.tokenId });
  await settle();
  const other = await stranger();
  const id = revocationId ?? "";
  for (const verb of [getRevocation, getReceipt]) await expect(verb(other, { revocationId: id })).rejects.toMatchObject({ code: "not_found" });
  for (const selector of [{ tokenId: device.tokenId }, { deviceId: device.username }, { batchId: "bat_0000000000000001" }]) {
    await expect(previewRevocation(other, { selector })).rejects.toMatchObject({ code: "not_found" });
    await expect(revokeTokens(other, { selector, reason: "x" })).rejects.toMatchObject({ code: "not_found" });
  }
  expect((await listRevocations(other, {})).total).toBe(0);
  const support = makeContext(db.database, { fleetId: fleet.id, role: "support" });
  expect((await getRevocation(support, { revocationId: id })).id).toBe(id);
  await expect(revokeTokens(support, { selector: { tokenId: device.tokenId }, reason: "x" })).rejects.toMatchObject({ code: "forbidden" });
  await expect(listRevocations(makeContext(db.database, { fleetId: fleet.id, role: "viewer" }), {})).rejects.toMatchObject({ code: "forbidden" });
});

test("the list: newest first, by pages", async () => {
  const { id } = await makeFleet(db.database);
  const clock = fakeClock(new Date());
  const ctx = makeContext(db.database, { fleetId: id, clock });
  const device = await makeDevice(db.database, id);
  for (let index = 0; index < 3; index++) {
    clock.set(new Date(Date.now() + index * 1_000));
    const token = await makeTokenRow(db.database, device);
    await revokeTokens(ctx, { selector: { tokenId: token.id }, reason: `r${index}` });
  }
  const first = await listRevocations(ctx, { limit: 2 });
  const second = await listRevocations(ctx, { limit: 2, cursor: first.nextCursor ?? "" });
  expect([...first.items, ...second.items].map(({ reason }) => reason)).toEqual(["r2", "r1", "r0"]);
  expect([first.total, second.nextCursor]).toEqual([3, null]);
});
