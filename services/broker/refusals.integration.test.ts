import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { topics } from "@/lib/protocol/topics";
import { getRefusal, listRefusals } from "@/lib/server/refusals";
import { grantDeviceToken, revokeToken } from "@/lib/server/tokens";
import { type BrokerFleet, brokerFleet, type Login, openMqtt } from "@/lib/testing/broker-fleet";
import { brokerSettings } from "@/lib/testing/broker-settings";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { connectPacket, type RawMqtt, rawMqtt } from "@/lib/testing/raw-mqtt";
import { type ProductBroker, startProductBroker } from "./product-broker";

let db: TestDatabase;
let broker: ProductBroker;
let fleet: BrokerFleet;
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

const rowsOf = (subject: string) => db.database.prisma.refusal.findMany({ where: { subject }, orderBy: { id: "asc" } });
const written = (subject: string, expected: object[]) => expect.poll(() => rowsOf(subject), { timeout: 5_000 }).toMatchObject(expected);
/** A real client; its own failure is what is expected of it. */
const mosquitto = (program: "mosquitto_pub" | "mosquitto_sub", { username, token }: Login, ...more: string[]) =>
  promisify(execFile)(program, ["-h", "127.0.0.1", "-p", String(broker.ports.tcp), "-u", username, "-P", token, ...more], { timeout: 10_000 }).catch(
    (error: unknown) => error,
  );
async function refused(fields: Parameters<typeof connectPacket>[0] | Buffer) {
  const raw = await rawMqtt(broker.ports.tcp);
  raw.send(fields instanceof Buffer ? fields : connectPacket(fields));
  await raw.closed;
}
const suback = (raw: RawMqtt) => raw.next(({ cmd }) => cmd === "suback");

test("mosquitto_pub and mosquitto_sub: a row with the reason, the nearest scope and the fix", async () => {
  const device = await fleet.device();
  const state = `sp/v1/${fleet.id}/${device.username}/down/state`;
  await mosquitto("mosquitto_pub", device, "-q", "1", "-t", state, "-m", '{"t":1}', "-r");
  await mosquitto("mosquitto_sub", device, "-q", "1", "-t", topics.telemetryOfAll(fleet.id), "-C", "1", "-W", "1");
  const base = { broker: "embedded", fleetId: fleet.id, deviceId: device.username, tokenId: device.tokenId, reason: "implicit_deny", address: "127.0.0.1" };
  await written(device.username, [
    { ...base, action: "publish", topic: state, qos: 1, retain: true, count: 1 },
    { ...base, action: "subscribe", topic: topics.telemetryOfAll(fleet.id), qos: 1, retain: null },
  ]);
  const [first] = (await listRefusals(fleet.context, { deviceId: device.username, action: "publish" })).items;
  const explained = await getRefusal(fleet.context, { refusalId: first?.id ?? "" });
  expect(explained).toMatchObject({ proven: true, token: { id: device.tokenId, state: "live" }, others: [] });
  expect(explained.explanation).toMatchObject({
    authDecision: "IMPLICIT_DENY",
    nearest: { scope: 1, differences: [{ kind: "action", granted: "subscribe", asked: "publish" }] },
    fix: { kind: "add", add: [{ permission: "allow", action: "publish", topic: state, qos: [1], retain: true }] },
  });
  expect(JSON.stringify([await rowsOf(device.username), explained], (_, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain(
    device.token.slice(0, 40),
  );
});

test("every refused CONNECT of a genuine token is told apart", async () => {
  const [device, other] = [await fleet.device(), await fleet.device()];
  const own = { username: device.username, clientId: device.clientId, password: Buffer.from(device.token) };
  await refused({ ...own, keepalive: 0 });
  await refused({ ...own, username: other.username, clientId: other.clientId });
  await refused({ ...own, clientId: other.clientId });
  const will = { topic: topics.presence(fleet.id, device.username), payload: Buffer.from("online"), qos: 1 as const, retain: true };
  await refused({ ...own, will });
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: device.username, jti: device.tokenId };
  await refused({ ...own, password: Buffer.from(await fleet.sign({ ...claims, iat: now - 700, exp: now - 100 })) });
  await refused({ ...own, password: Buffer.from(await fleet.sign({ ...claims, iat: now + 500, exp: now + 900 })) });
  await revokeToken(fleet.context, { tokenId: device.tokenId });
  await refused(own);
  const proven = { fleetId: fleet.id, deviceId: device.username, tokenId: device.tokenId, action: "connect", count: 1 };
  const reasons = ["keep_alive", "wrong_subject", "wrong_client_id", "will_not_allowed", "expired", "not_yet_valid", "revoked"];
  await expect.poll(async () => (await rowsOf(device.username)).map(({ reason }) => reason).sort(), { timeout: 5_000 }).toEqual(reasons.sort());
  const rows = await rowsOf(device.username);
  for (const row of rows) expect(row).toMatchObject(proven);
  expect(rows.find(({ reason }) => reason === "wrong_subject")?.detail).toBe(other.username);
  expect(rows.find(({ reason }) => reason === "wrong_client_id")?.clientId).toBe(other.clientId);
  expect(rows.find(({ reason }) => reason === "will_not_allowed")).toMatchObject({ topic: will.topic, qos: 1, retain: true });
  // The device whose name was used sees it too.
  expect((await listRefusals(fleet.context, { deviceId: other.username })).items).toMatchObject([{ subject: device.username, reason: "wrong_subject" }]);
});

test("a claim without proof is kept as a claim; a name that nobody bears is counted only", async () => {
  const device = await fleet.device();
  const before = broker.stats().refusals.unknown;
  const forged = Buffer.from(`${device.token.slice(0, -8)}AAAAAAAA`);
  await refused({ username: device.username, clientId: device.clientId, password: forged });
  await refused({ username: device.username, clientId: device.clientId });
  // No client library writes this: no client id, and a session to be kept (the flag behind name and version).
  const nameless = connectPacket({ username: device.username, clientId: "", password: Buffer.from(device.token) });
  nameless[nameless.indexOf("MQTT") + 5] = 0b1100_0000;
  await refused(nameless);
  await refused({ username: "nobody", clientId: "nobody", password: forged });
  await refused({ clientId: "nameless" });
  const claimed = { fleetId: fleet.id, deviceId: device.username, tokenId: null, action: "connect" };
  await written(device.username, [
    { ...claimed, reason: "bad_signature" },
    { ...claimed, reason: "empty_client_id" },
    { ...claimed, reason: "missing" },
  ]);
  expect(broker.stats().refusals.unknown - before).toBe(2);
  expect(await rowsOf("nobody")).toEqual([]);
  const [row] = await rowsOf(device.username);
  const { sentence, token, explanation } = await getRefusal(fleet.context, { refusalId: String(row?.id) });
  expect([sentence, token, explanation]).toEqual([expect.stringContaining("who could not prove to be"), null, null]);
});

test("reserved filters, one subscription too many, and a second holder", async () => {
  const device = await fleet.device();
  const raw = await openMqtt(broker.ports.tcp, device);
  const down = (name: number) => `sp/v1/${fleet.id}/${device.username}/down/${name}`;
  const filters = ["$SYS/#", "$share/g/a", ...Array.from({ length: 65 }, (_, i) => down(i))];
  raw.send({ cmd: "subscribe", messageId: 1, subscriptions: filters.map((topic) => ({ topic, qos: 0 as const })) });
  await suback(raw);
  for (let i = 0; i < 2; i++) await openMqtt(broker.ports.tcp, device);
  await raw.closed;
  const own = { fleetId: fleet.id, tokenId: device.tokenId, deviceId: device.username };
  await expect
    .poll(async () => (await rowsOf(device.username)).map(({ reason, topic, count }) => ({ reason, topic, count })), { timeout: 5_000 })
    .toEqual(
      expect.arrayContaining([
        { reason: "reserved", topic: "$SYS/#", count: 1 },
        { reason: "reserved", topic: "$share/g/a", count: 1 },
        { reason: "too_many_subscriptions", topic: down(64), count: 1 },
        { reason: "second_holder", topic: "", count: 2 },
      ]),
    );
  const taken = (await rowsOf(device.username)).find(({ reason }) => reason === "second_holder");
  expect(taken).toMatchObject({ ...own, action: "connect", address: "127.0.0.1", detail: "127.0.0.1" });
});

test("10,000 refusals of one client: exact counts, bounded rows, and others are served", async () => {
  const [flooder, quiet] = [await fleet.device(), await fleet.device()];
  const raw = await openMqtt(broker.ports.tcp, flooder);
  for (let packet = 0; packet < 200; packet++) {
    const subscriptions = Array.from({ length: 50 }, (_, i) => ({ topic: `not/mine/${packet * 50 + i}`, qos: 0 as const }));
    raw.send({ cmd: "subscribe", messageId: packet + 1, subscriptions });
  }
  const other = await openMqtt(broker.ports.tcp, quiet);
  other.send({ cmd: "publish", topic: topics.up(fleet.id, quiet.username, "telemetry"), payload: '{"t":1}', qos: 1, retain: false, dup: false, messageId: 1 });
  await other.next(({ cmd }) => cmd === "puback");
  await raw.next((packet) => packet.cmd === "suback" && packet.messageId === 200);
  const sum = async () => (await rowsOf(flooder.username)).reduce((total, { count }) => total + count, 0);
  await expect.poll(sum, { timeout: 10_000 }).toBe(10_000);
  expect(await rowsOf(flooder.username)).toHaveLength(51);
  expect(broker.stats().refusals.dropped).toBe(0);
  raw.end();
  other.end();
});

test("another fleet reads none of it, and support does", async () => {
  const foreign = await brokerFleet(db.database);
  const device = await fleet.device();
  await refused({ username: device.username, clientId: "x", password: Buffer.from(device.token) });
  await written(device.username, [{ reason: "wrong_client_id" }]);
  const [row] = await rowsOf(device.username);
  const id = { refusalId: String(row?.id) };
  expect((await listRefusals(foreign.context, {})).items).toEqual([]);
  expect((await listRefusals(foreign.context, { deviceId: device.username })).total).toBe(0);
  await expect(getRefusal(foreign.context, id)).rejects.toMatchObject({ code: "not_found" });
  const as = (role: "support" | "viewer") => makeContext(db.database, { fleetId: fleet.id, role });
  expect(await getRefusal(as("support"), id)).toMatchObject({ reason: "wrong_client_id" });
  await expect(getRefusal(as("viewer"), id)).rejects.toMatchObject({ code: "forbidden" });
});

test("another live token of the holder that would have allowed it is named", async () => {
  const device = await fleet.device();
  const spare = await grantDeviceToken(fleet.context, { deviceId: device.username, label: "spare" });
  const topic = topics.up(fleet.id, device.username, "telemetry");
  const narrow = await fleet.sign({ sub: device.username, jti: device.tokenId });
  const raw = await openMqtt(broker.ports.tcp, { ...device, token: narrow });
  raw.send({ cmd: "publish", topic, payload: "{}", qos: 0, retain: false, dup: false });
  await raw.closed;
  await written(device.username, [{ reason: "implicit_deny", topic }]);
  const [row] = await rowsOf(device.username);
  const { others } = await getRefusal(fleet.context, { refusalId: String(row?.id) });
  expect(others).toMatchObject([{ id: spare.tokenId, label: "spare" }]);
});
