import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import type { Role } from "@/lib/domain/members/permissions";
import { openBrokerHooks } from "@/lib/server/broker-hooks/broker-hooks";
import type { Context } from "@/lib/server/context";
import { type Database, openDatabase } from "@/lib/server/database/client";
import { openSecrets } from "@/lib/server/secrets";
import { brokerFleet } from "@/lib/testing/broker-fleet";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeSession, makeTokenRow } from "@/lib/testing/factories";
import { testSecrets, writeTestSecrets } from "@/lib/testing/secrets";
import { ensureSigningKey, grantConsoleToken, grantDeviceToken, jwks, mintServiceToken } from "../index";
import { mintToken } from "../mint-token";
import { getReceipt } from "../revocations/get-receipt";
import { previewRevocation } from "../revocations/preview-revocation";
import { revocationSettler } from "../revocations/settle-revocations";
import { signReceipt } from "../revocations/sign-receipt";
import { verifyReceipt } from "../revocations/verify-receipt";
import { currentSigner } from "../signing-keys";
import { openTokenAuthority } from "../token-authority";
import { listSigningKeys } from "./list-signing-keys";
import { previewRetirement } from "./preview-retirement";
import { retireSigningKey } from "./retire-signing-key";
import { retireSpentKeys } from "./retire-spent-keys";
import { rotateSigningKey } from "./rotate-signing-key";

const MINUTE = 60_000;
const log = createLog("test", "silent");
let db: TestDatabase;
let clock: FakeClock;
let fleets: { id: string; name: string }[];
let first: string;
beforeEach(async () => {
  db = await testDatabase();
  fleets = [await makeFleet(db.database, "North"), await makeFleet(db.database, "South")];
  first = (await ensureSigningKey(db.database, testSecrets())).kid;
  // The key was made by the clock on the wall.
  clock = fakeClock(new Date(Date.now() + 1_000));
});
afterEach(() => db.close());

const fleetId = (index = 0) => fleets[index]?.id ?? "";
const rolesIn = (...roles: Role[]) => new Map(roles.map((role, index) => [fleetId(index), role]));
const person = (roles: ReadonlyMap<string, Role>, database: Database = db.database): Context =>
  makeContext(database, { fleetId: fleetId(), clock, actor: { kind: "user", id: "usr_0", name: "Ada", roles } });
/** Admin of both fleets. */
const owner = (database?: Database) => person(rolesIn("admin", "admin"), database);
const within = (index: number): Context => ({ ...owner(), fleetId: fleetId(index) });
const deviceToken = async (index = 0) => grantDeviceToken(within(index), { deviceId: (await makeDevice(db.database, fleetId(index))).id });
const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;
const states = async () => (await listSigningKeys(owner(), {})).items.map(({ kid, state }) => [kid, state]);
const settler = (ms = 2_000) =>
  revocationSettler({
    database: db.database,
    secrets: testSecrets(),
    log,
    clock: { now: () => new Date(clock.now().getTime() + ms) },
    lookedAt: () => undefined,
  });

function gate(): [opened: Promise<void>, open: () => void] {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return [opened, open];
}

test("one process rotates, another signs and verifies right: before, during and after", async () => {
  // As another process: connections, and secrets from the same file.
  const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-rotation-"));
  writeTestSecrets(dataDir);
  const elsewhere = { ...owner(openDatabase(db.url, { connections: 2 })), secrets: openSecrets(dataDir) };
  rmSync(dataDir, { recursive: true });
  const authorities = [db.database, elsewhere.database].map((database) => openTokenAuthority({ url: db.url, database, clock, log }));
  await Promise.all(authorities.map(({ loaded }) => loaded));
  const device = await makeDevice(db.database, fleetId());
  const grant = () => grantDeviceToken(elsewhere, { deviceId: device.id });
  const everywhere = (token: string) => authorities.map((authority) => authority.verify(token).ok);

  const before = await grant();
  expect(kidOf(before.token)).toBe(first);
  const { kid: second, signsFrom } = await rotateSigningKey(owner(), {});
  expect(Date.parse(signsFrom)).toBe(clock.now().getTime() + 10 * MINUTE);
  expect((await jwks(db.database)).keys.map(({ kid }) => kid)).toEqual([first, second]);
  const during = await grant();
  expect(kidOf(during.token)).toBe(first);
  expect(await states()).toEqual([
    [second, "upcoming"],
    [first, "signing"],
  ]);
  clock.advance(10 * MINUTE);
  const after = await grant();
  expect(kidOf(after.token)).toBe(second);
  expect(await db.database.prisma.accessToken.findUnique({ where: { id: after.tokenId }, select: { kid: true } })).toEqual({ kid: second });
  expect(kidOf((await mintServiceToken(elsewhere, { label: "worker", scopes: [] })).token)).toBe(second);
  for (const { token } of [before, during, after]) expect(everywhere(token)).toEqual([true, true]);
  expect(await states()).toEqual([
    [second, "signing"],
    [first, "verifying"],
  ]);
  await Promise.all(authorities.map((authority) => authority.close()));
  await elsewhere.database.close();
});

test("one upcoming key at a time, of several processes that rotate at once too; in an emergency it signs at once", async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => rotateSigningKey(owner(), {})));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await db.database.prisma.signingKey.count()).toBe(2);
  const { items } = await listSigningKeys(owner(), {});
  const upcoming = items[0]?.kid ?? "";
  await expect(rotateSigningKey(owner(), { aheadMinutes: 60 })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(upcoming) });
  expect(await rotateSigningKey(owner(), { now: true })).toMatchObject({ kid: upcoming, broughtForward: true, signsFrom: clock.now().toISOString() });
  expect(kidOf((await deviceToken()).token)).toBe(upcoming);
  const { kid, broughtForward } = await rotateSigningKey(owner(), { now: true });
  expect([kid === upcoming, broughtForward, await db.database.prisma.signingKey.count()]).toEqual([false, false, 3]);
  clock.advance(1);
  expect(kidOf((await deviceToken()).token)).toBe(kid);
  await expect(rotateSigningKey(owner(), { aheadMinutes: 5 })).rejects.toMatchObject({ code: "invalid_input" });
});

describe("who may", () => {
  const changes = (ctx: Context) => [
    () => rotateSigningKey(ctx, {}),
    () => rotateSigningKey(ctx, { now: true }),
    () => previewRetirement(ctx, { kid: first }),
    () => retireSigningKey(ctx, { kid: first }),
  ];
  const apiKey = () => makeContext(db.database, { fleetId: fleetId(), actor: { kind: "apiKey", id: "key_0", name: "k", fleetId: fleetId(), role: "admin" } });

  test("not an admin of one fleet of two, not one who is operator of the other, and no API key", async () => {
    for (const ctx of [person(rolesIn("admin")), person(rolesIn("admin", "operator")), person(rolesIn("operator", "admin")), apiKey()])
      for (const change of changes(ctx)) await expect(change()).rejects.toMatchObject({ code: "forbidden" });
    expect(await db.database.prisma.signingKey.count()).toBe(1);
    expect(await db.database.prisma.auditEvent.count()).toBe(0);
  });

  test("an admin of every fleet, and the machine's own administrator", async () => {
    await rotateSigningKey(owner(), { now: true });
    await rotateSigningKey(makeContext(db.database, { fleetId: fleetId(), actor: "system", clock }), { now: true });
    expect(await db.database.prisma.signingKey.count()).toBe(3);
  });

  test("everybody who may read tokens sees the keys, and counts of the own fleet only", async () => {
    await deviceToken(0);
    await deviceToken(1);
    await deviceToken(1);
    const seen = async (ctx: Context) => {
      const { items, counted, mayRotate } = await listSigningKeys(ctx, {});
      return [items[0]?.tokens, items[0]?.tokensInFleet, counted, mayRotate];
    };
    expect(await seen(owner())).toEqual([3, 1, "installation", true]);
    for (const role of ["support", "operator", "admin"] as const) expect(await seen(person(rolesIn(role)))).toEqual([1, 1, "fleet", false]);
    expect(await seen(apiKey())).toEqual([1, 1, "fleet", false]);
    await expect(listSigningKeys(person(rolesIn("viewer")), {})).rejects.toMatchObject({ code: "forbidden" });
    await expect(listSigningKeys({ ...person(rolesIn("admin")), fleetId: fleetId(1) }, {})).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("retiring", () => {
  test("counted exactly first; then the tokens of every fleet are revoked with receipts that outlive the key", async () => {
    const tokens = [await deviceToken(0), await deviceToken(0), await deviceToken(1)];
    const tab = await grantConsoleToken(owner(), {});
    await mintServiceToken({ ...owner(), clock }, { label: "worker", scopes: [] });
    const ended = await makeDevice(db.database, fleetId());
    await makeTokenRow(db.database, ended, { expiresAt: new Date(clock.now().getTime() - 10 * MINUTE) });
    const [a] = tokens;
    const row = await db.database.prisma.accessToken.findUniqueOrThrow({ where: { id: a?.tokenId ?? "" } });
    await makeSession(db.database, { id: row.subject, fleetId: fleetId() }, { number: 5n, tokenId: row.id });
    await expect(retireSigningKey(owner(), { kid: first, expectedTokens: 3 })).rejects.toMatchObject({
      code: "conflict",
      hint: expect.stringContaining("Rotate first"),
    });
    const { kid: second } = await rotateSigningKey(owner(), { now: true });
    clock.advance(1);
    // One of these devices has another token, of the new key.
    await grantDeviceToken(owner(), { deviceId: row.subject });
    const authority = openTokenAuthority({ url: db.url, database: db.database, clock, log });
    await authority.loaded;
    expect(authority.verify(a?.token ?? "").ok).toBe(true);

    expect(await previewRetirement(owner(), { kid: first })).toEqual({
      kid: first,
      state: "verifying",
      tokens: 3,
      fleets: [
        { id: fleetId(0), name: "North", tokens: 2 },
        { id: fleetId(1), name: "South", tokens: 1 },
      ],
      sessions: [{ broker: expect.any(String), sessions: 1 }],
      devicesLeftWithout: 2,
      renewedByThemselves: 2,
    });
    expect((await previewRevocation(within(0), { selector: { kid: first } })).tokens).toBe(3);
    for (const expectedTokens of [undefined, 2])
      await expect(retireSigningKey(owner(), { kid: first, expectedTokens })).rejects.toMatchObject({ code: "conflict", fields: [{ message: "3" }] });
    expect(await db.database.prisma.accessToken.count({ where: { revokedAt: { not: null } } })).toBe(0);

    const retired = await retireSigningKey(owner(), { kid: first, expectedTokens: 3, reason: "laptop stolen" });
    expect(retired).toMatchObject({ kid: first, tokens: 3 });
    expect(retired.revocations.map(({ fleetId: fleet, tokens: count }) => [fleet, count]).toSorted()).toEqual(
      [
        [fleetId(0), 2],
        [fleetId(1), 1],
      ].toSorted(),
    );
    expect(await db.database.prisma.accessToken.count({ where: { kid: first, revokedAt: null } })).toBe(0);
    await expect.poll(() => tokens.map(({ token }) => authority.verify(token))).toEqual(tokens.map(() => ({ ok: false, reason: "retired_key" })));
    expect(authority.verify(tab.token)).toEqual({ ok: false, reason: "retired_key" });
    // It was verified while the key was good: it still says whose it is.
    expect(authority.genuine(a?.token ?? "")?.sub).toBe(row.subject);
    const later = openTokenAuthority({ url: db.url, database: db.database, clock, log });
    await later.loaded;
    expect([later.verify(a?.token ?? ""), later.genuine(a?.token ?? "")]).toEqual([{ ok: false, reason: "retired_key" }, undefined]);
    await Promise.all([authority.close(), later.close()]);

    const gone = await db.database.prisma.signingKey.findUniqueOrThrow({ where: { kid: first } });
    expect([gone.privateWrapped, gone.retiredAt]).toEqual([null, clock.now()]);
    expect((await jwks(db.database)).keys.map(({ kid }) => kid)).toEqual([second]);
    for (const { id } of fleets) {
      const events = await db.database.prisma.auditEvent.findMany({ where: { fleetId: id, objectKind: "signing_key" }, orderBy: { id: "asc" } });
      expect(events.map(({ action, objectId }) => [action, objectId])).toEqual([
        ["signing_key.rotated", second],
        ["signing_key.retired", first],
      ]);
      expect(events[1]?.after).toMatchObject({ reason: "laptop stolen", privateKeyDestroyed: true, revocationId: expect.stringMatching(/^rvk_/) });
    }
    await expect(retireSigningKey(owner(), { kid: first })).rejects.toMatchObject({ code: "conflict" });
    await expect(retireSigningKey(owner(), { kid: "sig_0000000000000000" })).rejects.toMatchObject({ code: "not_found" });
  });

  test("a receipt that the key signed stays genuine, one that says to be younger than its end is none", async () => {
    const { tokenId } = await deviceToken();
    const signer = await currentSigner(db.database.prisma, testSecrets(), clock.now());
    await rotateSigningKey(owner(), { now: true });
    const { revocations } = await retireSigningKey(
      { ...owner(), clock: { now: () => new Date(clock.now().getTime() + 1) } },
      { kid: first, expectedTokens: 1 },
    );
    const revocationId = revocations[0]?.revocationId ?? "";
    await expect.poll(settler()).toContain(revocationId);
    const { receipt, jws } = await getReceipt(owner(), { revocationId });
    expect(receipt).toMatchObject({ selector: { kid: first }, tokens: { ids: [tokenId] } });
    expect((await verifyReceipt(db.database, jws)).kid).not.toBe(first);
    if (!signer) throw new Error("no signer");
    expect(signer.kid).toBe(first);
    // While it signed ...
    const older = { ...receipt, iat: Math.floor(clock.now().getTime() / 1000) - 60 };
    expect((await verifyReceipt(db.database, signReceipt(older, signer))).kid).toBe(first);
    // ... and by somebody who kept a copy.
    await expect(verifyReceipt(db.database, signReceipt({ ...receipt, iat: older.iat + 120 }, signer))).rejects.toThrow("younger than the end of its key");
  });

  test("an upcoming key can be withdrawn, and another one made", async () => {
    const { kid } = await rotateSigningKey(owner(), {});
    expect(await retireSigningKey(owner(), { kid })).toEqual({ kid, tokens: 0, revocations: [] });
    clock.advance(1_000);
    const next = await rotateSigningKey(owner(), {});
    expect(await states()).toEqual([
      [next.kid, "upcoming"],
      [kid, "retired"],
      [first, "signing"],
    ]);
  });

  test("a grant that is under way with the key is met too", async () => {
    const device = await makeDevice(db.database, fleetId());
    await rotateSigningKey(owner(), {});
    const [minted, tellMinted] = gate();
    const [goOn, letGo] = gate();
    const before = clock.now();
    const spec = { kind: "device", fleetId: fleetId(), subject: device.id, deviceId: device.id, scopes: [], ttlSeconds: 600, label: "" } as const;
    const granting = db.database.prisma.$transaction(async (tx) => {
      const { tokenId } = await mintToken({ tx, secrets: testSecrets(), now: before }, spec);
      tellMinted();
      await goOn;
      return tokenId;
    });
    await minted;
    clock.advance(10 * MINUTE);
    // It was not there when this was counted ...
    expect((await previewRetirement(owner(), { kid: first })).tokens).toBe(0);
    const retiring = retireSigningKey(owner(), { kid: first, expectedTokens: 0 });
    const waits = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    await expect.poll(async () => (await db.database.pool.query(waits)).rowCount).toBe(1);
    letGo();
    await granting;
    // ... and is when it is done.
    await expect(retiring).rejects.toMatchObject({ code: "conflict", fields: [{ message: "1" }] });
  });

  test("hooks of other brokers: who is logged in by it is refused, and cannot log in again", async () => {
    const fleet = await brokerFleet(db.database);
    const { username, clientId, token } = await fleet.device();
    const hooks = openBrokerHooks({ url: db.url, database: db.database, clock, log });
    const attempt = { broker: "rabbitmq", username, clientId, token } as const;
    expect(await hooks.login(attempt)).toMatchObject({ ok: true });
    const asked = () => hooks.accessOf({ broker: "rabbitmq", subject: username, clientId });
    expect(await asked()).toMatchObject({ ok: true });
    const everywhere = person(new Map([...rolesIn("admin", "admin"), [fleet.id, "admin" as const]]));
    await rotateSigningKey(everywhere, { now: true });
    clock.advance(1);
    expect(await asked()).toMatchObject({ ok: true });
    expect((await previewRetirement(everywhere, { kid: first })).sessions).toEqual([{ broker: "rabbitmq", sessions: 1 }]);
    await retireSigningKey(everywhere, { kid: first, expectedTokens: 1 });
    expect(await asked()).toMatchObject({ ok: false, code: "revoked" });
    await expect.poll(() => hooks.login(attempt)).toEqual({ ok: false, code: "retired_key" });
    await hooks.close();
  });
});

test("by itself: when no token of it holds any more and an hour has passed, its end is in every fleet's record", async () => {
  const env = owner().env;
  const step = () => retireSpentKeys({ database: db.database, clock, log, env, secrets: testSecrets() });
  const device = await makeDevice(db.database, fleetId());
  await grantDeviceToken(owner(), { deviceId: device.id, ttlDays: 1 });
  const { kid: second } = await rotateSigningKey(owner(), {});
  clock.advance(10 * MINUTE);
  expect(await step()).toEqual([]);
  clock.advance(70 * MINUTE);
  expect(await step()).toEqual([]);
  clock.advance(24 * 60 * MINUTE);
  // A token whose key nobody remembers may be of it.
  const forgotten = await makeTokenRow(db.database, { id: device.id, fleetId: fleetId() }, { expiresAt: new Date(clock.now().getTime() + 5 * MINUTE) });
  expect(await step()).toEqual([]);
  await db.database.prisma.accessToken.delete({ where: { id: forgotten.id } });
  // Two workers at once.
  expect((await Promise.all([step(), step()])).flat()).toEqual([first]);
  expect(await step()).toEqual([]);
  expect(await states()).toEqual([
    [second, "signing"],
    [first, "retired"],
  ]);
  const row = await db.database.prisma.signingKey.findUniqueOrThrow({ where: { kid: first } });
  expect([row.privateWrapped, row.retiredAt]).toEqual([null, clock.now()]);
  const events = await db.database.prisma.auditEvent.findMany({ where: { action: "signing_key.retired" } });
  expect(events.map((event) => [event.fleetId, event.via]).toSorted()).toEqual(fleets.map(({ id }) => [id, "worker"]).toSorted());
});
