import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import mqtt from "mqtt";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createAgent } from "@/device/agent";
import { aesGcm } from "@/lib/base/aes-gcm";
import { createLog } from "@/lib/base/log";
import { admitOperator, exchangeDeviceKey, openSealedFleet, removeOperator, rotateFleetKey, signDevices } from "@/lib/domain/sealed/acts";
import { deviceContentKey } from "@/lib/domain/sealed/fleet-key";
import { RECOVERY } from "@/lib/domain/sealed/sealed-view";
import { openSession, type SealedSession } from "@/lib/domain/sealed/session";
import { newKeyPair, type PrivateKey } from "@/lib/domain/sealed/vault";
import { readEnvelope } from "@/lib/protocol/envelope/read-envelope";
import { type AnnouncementRefusal, announceKey } from "@/lib/protocol/sealed/announcement";
import { parseTelemetry } from "@/lib/protocol/telemetry";
import { topics } from "@/lib/protocol/topics";
import { type EncryptionStage, encryptionStage } from "@/lib/testing/encryption-stage";
import { eventually } from "@/lib/testing/eventually";
import { everySpelling } from "@/lib/testing/every-spelling";
import { makeFleet } from "@/lib/testing/factories";
import { devicesOf, type SealedBrowser, sealedBrowser, send } from "@/lib/testing/sealed-admin";
import { addAlertRule } from "../alerts";
import { acceptDeviceKey } from "../encryption/accept-device-key";
import { rotateKeys } from "../encryption/rotate-keys";
import { setProfileEncryption } from "../encryption/set-profile-encryption";
import { listRejected } from "../telemetry/list-rejected";
import { revealReadings } from "../telemetry/reveal-readings";
import { getSealed } from "./get-sealed";
import { listSealedMessages } from "./list-sealed";
import { signBatch } from "./sign-batch";
import { askOperator, fetchRecovery, getVault } from "./vaults";

const SINCE = "2020-01-01T00:00:00.000Z";
const now = () => new Date().toISOString();
const lines: string[] = [];
let stage: EncryptionStage;
let heard: { topic: string; payload: Buffer }[];
let device: Awaited<ReturnType<EncryptionStage["device"]>>;
let ann: SealedBrowser;
let bob: SealedBrowser;
let session: SealedSession;
let recoveryKey: PrivateKey;
let agent: ReturnType<typeof startAgent>;
const refusals: AnnouncementRefusal[] = [];
const folder = mkdtempSync(path.join(tmpdir(), "sp-sealed-"));
const log = createLog("test", "trace", { write: (line: string) => void lines.push(line) });

function startAgent(fleetRoot: string | undefined, bufferDir = folder) {
  const { id, fleetId, token } = device;
  const started = createAgent({ host: "127.0.0.1", port: stage.port, fleet: fleetId, device: id, token, bufferDir, encryption: "required", fleetRoot, log });
  started.on("keyRefused", (reason) => refusals.push(reason));
  return started;
}

beforeAll(async () => {
  stage = await encryptionStage({ log });
  ({ heard } = await stage.eavesdropper());
  device = await stage.device("required");
  ann = await sealedBrowser(stage.context, "admin");
  recoveryKey = await newKeyPair();
  bob = await sealedBrowser(stage.context, "operator");
  agent = startAgent(undefined);
});
afterAll(async () => {
  await agent?.stop();
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What somebody with these keys reads of what the server stores. */
async function readValues(ctx: SealedBrowser["ctx"], { fleet, fleetKeys }: Pick<SealedSession, "fleet" | "fleetKeys">): Promise<Map<string, number[]>> {
  const { items } = await listSealedMessages(ctx, { deviceId: device.id, since: SINCE, limit: 1_000 });
  const values = new Map<string, number[]>();
  for (const { payload, version } of items.reverse()) {
    const read = readEnvelope(Buffer.from(payload, "base64url"), { device: device.id, topic: topics.up(fleet, device.id, "telemetry") });
    const key = fleetKeys.get(version);
    const plain = read.ok && key && aesGcm.open(await deviceContentKey(key, fleet, device.id, version), read.envelope);
    const told = plain ? parseTelemetry(plain, device.id, Date.now()) : undefined;
    for (const { metric, value } of told?.ok ? told.message.readings : []) values.set(metric, [...(values.get(metric) ?? []), value]);
  }
  return values;
}

test("opening: only by who holds the keys, when nothing would be lost; rules on values are switched off and refused from then on", async () => {
  const rule = { kind: "threshold", name: "Too much", metric: "before_it", comparison: "above", threshold: 1, holdSeconds: 0 } as const;
  await addAlertRule(stage.context, rule);
  await agent.report({ before_it: 1 });
  await eventually(async () => expect(await stage.db.database.prisma.measurement.count({ where: { deviceId: device.id } })).toBe(1));
  const { d: _private, ...recoveryPublic } = recoveryKey;
  const recovery = { publicKey: recoveryPublic, vault: "closed.in.the.browser.x" };
  const { nextVersion } = await getSealed(ann.ctx, {});
  expect(nextVersion).toBe(2);
  const opening = { fleet: device.fleetId, operator: ann.operator, publicKey: ann.publicKey, recovery, version: nextVersion, at: now() };
  const opened = await openSealedFleet(opening);
  const [batch] = opened.batches;
  if (!batch) throw new Error("nothing to send");
  await expect(signBatch(stage.context, batch)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(signBatch({ ...stage.context, actor: { kind: "system", id: "x", name: "x" } }, batch)).rejects.toMatchObject({ code: "forbidden" });
  await expect(signBatch(bob.ctx, batch)).rejects.toMatchObject({ code: "forbidden" });
  await expect(signBatch(ann.ctx, { ...batch, wraps: batch.wraps.slice(1) })).rejects.toThrow("is missing");
  await expect(signBatch(ann.ctx, { ...(await openSealedFleet({ ...opening, version: 1 })).batches[0], after: 0 })).rejects.toMatchObject({ code: "conflict" });
  await setProfileEncryption(ann.ctx, { profileId: device.profileId, encryption: "optional" });
  await expect(signBatch(ann.ctx, batch)).rejects.toThrow("still send in the open");
  await setProfileEncryption(ann.ctx, { profileId: device.profileId, encryption: "required" });
  expect(await signBatch(ann.ctx, batch)).toMatchObject({ statements: 4, rulesSwitchedOff: 1 });
  session = opened.session;
  await expect(signBatch(ann.ctx, batch)).rejects.toMatchObject({ code: "conflict" });
  for (const refused of [
    () => addAlertRule(ann.ctx, { ...rule, name: "Another" }),
    () => rotateKeys(ann.ctx, { reason: "try" }),
    () => setProfileEncryption(ann.ctx, { profileId: device.profileId, encryption: "off" }),
    () => revealReadings(ann.ctx, { deviceId: device.id, reason: "a try at it" }),
  ])
    await expect(refused()).rejects.toMatchObject({ code: "sealed" });
  await addAlertRule(ann.ctx, { kind: "offline", name: "Away" });
});

test("a device that knows the root key waits for a signature, then sends what nobody but operators reads", async () => {
  await agent.stop();
  agent = startAgent(session.chain.root);
  await agent.report({ canary_pressure: { value: 7_654_321.25, unit: "canary_unit" } });
  await eventually(async () => expect((await getSealed(ann.ctx, {})).devices).toEqual({ total: 1, current: 0, unsigned: 1, platform: 1 }));
  await eventually(() => expect(agent.status()).toMatchObject({ isConnected: true, waiting: 1, keyVersion: null }));
  session = await send(ann.ctx, await signDevices(session, await devicesOf(ann.ctx), now()));
  await eventually(() => expect(agent.status()).toMatchObject({ waiting: 0, keyVersion: 2 }));
  await agent.report({ canary_pressure: 7_654_322.25 });
  const expected = new Map([["canary_pressure", [7_654_321.25, 7_654_322.25]]]);
  await eventually(async () => expect(await readValues(ann.ctx, session)).toEqual(expected));
  const opened = await ann.open(session.chain.root);
  if (!opened.ok) throw new Error(opened.reason);
  expect(await readValues(ann.ctx, opened.session)).toEqual(expected);
  expect((await getSealed(ann.ctx, {})).devices).toEqual({ total: 1, current: 1, unsigned: 0, platform: 0 });
  expect(await stage.db.database.prisma.measurement.count({ where: { metric: { not: "before_it" } } })).toBe(0);
  expect(refusals).toEqual([]);
});

test("an operator is admitted, reads everything, signs nothing; removed, what is sent from then on is closed to him", async () => {
  expect(await bob.open(session.chain.root)).toEqual({ ok: false, reason: "not_admitted" });
  const somebody = { operator: bob.operator, key: ann.publicKey, signs: false };
  const { batches } = await admitOperator(session, somebody, now());
  await expect(signBatch(ann.ctx, batches[0] ?? { after: 0 })).rejects.toThrow("another public key");
  session = await send(ann.ctx, await admitOperator(session, { ...somebody, key: bob.publicKey }, now()));
  const opened = await bob.open(session.chain.root);
  if (!opened.ok) throw new Error(opened.reason);
  expect(opened.session.root).toBeUndefined();
  expect((await readValues(bob.ctx, opened.session)).get("canary_pressure")).toHaveLength(2);
  session = await send(ann.ctx, await removeOperator(session, bob.operator, await devicesOf(ann.ctx), now()));
  await eventually(() => expect(agent.status().keyVersion).toBe(3));
  await agent.report({ canary_pressure: 7_654_323.25 });
  await eventually(async () => expect((await readValues(ann.ctx, session)).get("canary_pressure")).toHaveLength(3));
  expect((await readValues(bob.ctx, opened.session)).get("canary_pressure")).toHaveLength(2);
  expect(await bob.open(session.chain.root)).toEqual({ ok: false, reason: "not_admitted" });
  expect(await stage.db.database.prisma.sealedWrap.count({ where: { operator: bob.operator } })).toBe(0);
});

test("a malicious server: old announcements, keys of its own, statements that are changed", async () => {
  const { client } = await stage.eavesdropper();
  const topic = topics.down(device.fleetId, device.id, "key");
  const announced = heard.filter((one) => one.topic === topic && one.payload.toString().split(".").length === 3);
  const [publicKey] = (await devicesOf(ann.ctx)).map((one) => one.publicKey);
  if (!publicKey) throw new Error("no device");
  const own = await announceKey(await newKeyPair(), { fleet: device.fleetId, device: device.id, publicKey }, 9, "C".repeat(43));
  const replayed = announced[0]?.payload ?? Buffer.from("");
  const plain = heard.find((one) => one.topic === topic && one.payload.toString().split(".").length === 5)?.payload ?? Buffer.from("");
  for (const payload of [replayed, Buffer.from(own), plain]) await client.publishAsync(topic, payload, { qos: 1 });
  await eventually(() => expect(refusals.toSorted()).toEqual(["other_root", "replayed", "unsigned"]));
  expect(agent.status().keyVersion).toBe(3);
  const { pool } = stage.db.database;
  await expect(pool.query("update sealed_statement set jws = 'x' where n = 1")).rejects.toThrow("only added to");
  await expect(pool.query("update content_key set key_wrapped = '\\x00' where announcement is not null")).rejects.toThrow("one_custody");
});

test("a message that is sent again, moved or in the open is refused as ever", async () => {
  const { client } = await stage.eavesdropper();
  await client.endAsync();
  const sent = heard.filter(({ topic }) => topic.endsWith("up/telemetry")).at(-1);
  if (!sent) throw new Error("nothing was heard");
  const { id, fleetId, token } = device;
  const options = { host: "127.0.0.1", port: stage.port, protocolVersion: 4, username: id, password: token, clientId: "" } as const;
  const thief = await mqtt.connectAsync({ protocol: "mqtt", ...options });
  onTestFinished(() => void thief.end(true));
  await thief.publishAsync(sent.topic, sent.payload, { qos: 1 });
  await thief.publishAsync(topics.up(fleetId, id, "telemetry"), "{}", { qos: 1 });
  const { items } = await listRejected(ann.ctx, { deviceId: id });
  expect(items.map(({ reason }) => reason).sort()).toEqual(["plaintext_not_allowed", "replayed_sequence"]);
});

test("a replaced board: its key is compared and exchanged, with a new fleet key for all", async () => {
  await agent.stop();
  const fresh = mkdtempSync(path.join(folder, "board-"));
  agent = startAgent(session.chain.root, fresh);
  const { prisma } = stage.db.database;
  const offered = await eventually(async () => {
    const key = await prisma.deviceKey.findUniqueOrThrow({ where: { deviceId: device.id } });
    expect(key.offeredThumbprint).not.toBeNull();
    return key.offeredThumbprint ?? "";
  });
  await acceptDeviceKey(ann.ctx, { deviceId: device.id, thumbprint: offered });
  const devices = await devicesOf(ann.ctx);
  await expect(signDevices(session, devices, now())).rejects.toThrow("another public key");
  expect((await rotateFleetKey(session, devices, now())).batches[0]?.announcements).toEqual([]);
  const [changed] = devices;
  if (!changed) throw new Error("no device");
  session = await send(ann.ctx, await exchangeDeviceKey(session, changed, devices, now()));
  await eventually(() => expect(agent.status().keyVersion).toBe(4));
  await agent.report({ canary_pressure: 7_654_324.25 });
  await eventually(async () => expect((await readValues(ann.ctx, session)).get("canary_pressure")).toHaveLength(4));
});

test("an admin who has lost her passphrase comes back by the recovery key", async () => {
  const { fleetId: fleet } = device;
  const { root } = session.chain;
  const { wraps, rootWrap } = await fetchRecovery(ann.ctx, {});
  await expect(fetchRecovery(bob.ctx, {})).rejects.toMatchObject({ code: "forbidden" });
  const { statements } = await getSealed(ann.ctx, {});
  const read = await openSession({ fleet, operator: RECOVERY, privateKey: recoveryKey, statements, root, seen: undefined, wraps, rootWrap });
  if (!read.ok) throw new Error(read.reason);
  const { d, ...key } = await newKeyPair();
  const vault = "closed.in.the.browser.x";
  await expect(askOperator(ann.ctx, { publicKey: key, vault })).rejects.toMatchObject({ code: "conflict" });
  const without = await send(ann.ctx, await removeOperator(read.session, ann.operator, await devicesOf(ann.ctx), now()));
  await askOperator(ann.ctx, { publicKey: key, vault });
  session = await send(ann.ctx, await admitOperator(without, { operator: ann.operator, key, signs: true }, now()));
  ann = { ...ann, privateKey: { ...key, d }, publicKey: key };
  const again = await getVault(ann.ctx, {});
  const mine = { fleet, operator: ann.operator, privateKey: ann.privateKey, statements: (await getSealed(ann.ctx, {})).statements, root, seen: undefined };
  expect(await openSession({ ...mine, ...again })).toMatchObject({ ok: true, session: { root: session.root } });
  expect((await readValues(ann.ctx, session)).get("canary_pressure")).toHaveLength(4);
});

test("another fleet sees nothing and signs for nobody here", async () => {
  const { id } = await makeFleet(stage.db.database);
  const eve = await sealedBrowser({ ...stage.context, fleetId: id }, "admin");
  expect(await getSealed(eve.ctx, {})).toMatchObject({ sealed: null, statements: [], operators: [{ userId: eve.operator }] });
  await expect(listSealedMessages(eve.ctx, { deviceId: device.id, since: SINCE })).rejects.toMatchObject({ code: "not_found" });
  await expect(fetchRecovery(eve.ctx, {})).rejects.toMatchObject({ code: "not_found" });
  const recovery = { publicKey: eve.publicKey, vault: "closed.in.the.browser.x" };
  const own = await send(eve.ctx, await openSealedFleet({ fleet: id, operator: eve.operator, publicKey: eve.publicKey, recovery, version: 1, at: now() }));
  const { batches } = await signDevices(own, await devicesOf(ann.ctx), now());
  await expect(signBatch(eve.ctx, batches[0] ?? { after: 0 })).rejects.toMatchObject({ code: "not_found" });
  await expect(askOperator({ ...eve.ctx, fleetId: device.fleetId }, { publicKey: eve.publicKey, vault: "a.b.c.d.e" })).rejects.toMatchObject({
    code: "not_found",
  });
});

test("a dump of the whole database, every log line and everything on the wire: no name and no value of a measurement, and no key", async () => {
  const { pool } = stage.db.database;
  const tables = await pool.query<{ name: string }>(
    "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  const dump: string[] = [];
  for (const { name } of tables.rows)
    for (const { row } of (await pool.query<{ row: string }>(`select t::text as row from ${name} t`)).rows) dump.push(`${name} ${row}`);
  const all = [...dump, ...lines, ...heard.map(({ topic, payload }) => `${topic} ${payload.toString("latin1")}`)];
  const secrets = [ann.privateKey.d, session.root?.d ?? "?", ...[...session.fleetKeys.values()].map((key) => Buffer.from(key).toString("base64url"))];
  for (const [version, key] of session.fleetKeys)
    secrets.push(Buffer.from(await deviceContentKey(key, session.fleet, device.id, version)).toString("base64url"));
  const telling = /canary|76543[0-9]{2}(\.25)?/;
  // The search finds what it looks for: what the server could read before, and hidden text.
  expect(dump.some((row) => row.includes("before_it"))).toBe(true);
  expect(everySpelling(`\\x${Buffer.from("a canary").toString("hex")}`)).toMatch(telling);
  for (const text of all) {
    const spelled = everySpelling(text);
    expect(spelled.match(telling), text.slice(0, 300)).toBeNull();
    for (const secret of secrets)
      expect(spelled.includes(secret) || spelled.includes(Buffer.from(secret, "base64url").toString("latin1")), text.slice(0, 300)).toBe(false);
  }
  expect(dump.filter((row) => row.startsWith("sealed_message"))).toHaveLength(4);
  expect(lines.length).toBeGreaterThan(10);
});
