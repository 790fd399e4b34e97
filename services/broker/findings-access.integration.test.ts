import { afterAll, beforeAll, expect, test } from "vitest";
import { topics } from "@/lib/protocol/topics";
import { grantDeviceToken, revokeToken } from "@/lib/server/tokens";
import { type BrokerFleet, brokerFleet, openMqtt } from "@/lib/testing/broker-fleet";
import { brokerSettings } from "@/lib/testing/broker-settings";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { connectPacket, type RawMqtt, rawMqtt } from "@/lib/testing/raw-mqtt";
import { type ProductBroker, startProductBroker } from "./product-broker";

// The findings of docs/broker.md by their numbers, each on the real broker over real sockets.
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

let messageId = 0;
const subscribe = (...filters: string[]) => ({
  cmd: "subscribe" as const,
  messageId: ++messageId,
  subscriptions: filters.map((topic) => ({ topic, qos: 1 as const })),
});
const publish = (topic: string, payload: string, qos: 0 | 1 = 1) => ({
  cmd: "publish" as const,
  topic,
  payload,
  qos,
  retain: false,
  dup: false,
  ...(qos > 0 ? { messageId: ++messageId } : {}),
});
const answered = (raw: RawMqtt, cmd: "suback" | "puback" | "pingresp") => raw.next((packet) => packet.cmd === cmd);
/** Everything sent to this client before has arrived: the broker answers in order. */
async function settled(raw: RawMqtt) {
  raw.send({ cmd: "pingreq" });
  await answered(raw, "pingresp");
}
const messages = (raw: RawMqtt) => raw.packets.flatMap((packet) => (packet.cmd === "publish" ? [String(packet.payload)] : []));
const reasonOf = async (deviceId: string) => {
  const { rows } = await db.database.pool.query("select disconnect_reason from session where device_id = $1 order by number desc limit 1", [deviceId]);
  return rows[0]?.disconnect_reason as string | null | undefined;
};

test("finding 3: a refused filter is neither stored nor delivered after the reconnect", async () => {
  const [device, service] = [await fleet.device(), await fleet.service()];
  const foreign = topics.presence(fleet.id, device.username);
  const own = `sp/v1/${fleet.id}/${device.username}/down/state`;
  const first = await openMqtt(broker.ports.tcp, device, { clean: false });
  first.send(subscribe(foreign, own, topics.presenceOfAll(fleet.id)));
  expect(await answered(first, "suback")).toMatchObject({ granted: [128, 1, 128] });
  first.end();
  await expect.poll(() => reasonOf(device.username)).toBe("CONNECTION_LOST");
  const worker = await openMqtt(broker.ports.tcp, service);
  worker.send(publish(foreign, "forbidden"));
  await answered(worker, "puback");
  worker.send(publish(own, "allowed"));
  await answered(worker, "puback");
  const second = await openMqtt(broker.ports.tcp, device, { clean: false });
  expect(second.packets[0]).toMatchObject({ cmd: "connack", sessionPresent: true });
  await second.next((packet) => packet.cmd === "publish");
  worker.send(publish(foreign, "forbidden again"));
  await answered(worker, "puback");
  await settled(second);
  expect(messages(second)).toEqual(["allowed"]);
  second.end();
  worker.end();
});

test("finding 9: `$SYS` is refused, alone and inside wildcards, and so is another's client id", async () => {
  const [device, other] = [await fleet.device(), await fleet.device()];
  const raw = await openMqtt(broker.ports.tcp, device);
  raw.send(subscribe("$SYS/#", "$SYS/+/new/clients", "#", "+/+", "$share/g/#"));
  expect(await answered(raw, "suback")).toMatchObject({ granted: [128, 128, 128, 128, 128] });
  await expect(openMqtt(broker.ports.tcp, { ...device, clientId: other.clientId })).rejects.toThrow("refused with 5");
  await settled(raw);
  expect(messages(raw)).toEqual([]);
  raw.end();
});

test("finding 10: the will of a lost connection is taken, the will of a revoked identity is not", async () => {
  const [lost, revoked] = [await fleet.device(), await fleet.device()];
  const will = (device: string) => ({ topic: topics.up(fleet.id, device, "telemetry"), payload: Buffer.from('{"gone":1}'), qos: 1 as const, retain: false });
  const stored = async (device: string) => (await db.database.pool.query("select 1 from measurement where device_id = $1", [device])).rowCount;

  const a = await openMqtt(broker.ports.tcp, lost, { will: will(lost.username) });
  a.end();
  await expect.poll(() => stored(lost.username)).toBe(1);
  const { rows: sessions } = await db.database.pool.query("select will_topic from session where device_id = $1", [lost.username]);
  expect(sessions).toEqual([{ will_topic: will(lost.username).topic }]);

  const b = await openMqtt(broker.ports.tcp, revoked, { will: will(revoked.username) });
  await revokeToken(fleet.context, { tokenId: revoked.tokenId });
  await b.closed;
  await expect.poll(() => reasonOf(revoked.username)).toBe("TOKEN_REVOKED");
  // A will would have been taken before this message of another device, which is committed after it.
  const witness = await fleet.device();
  const c = await openMqtt(broker.ports.tcp, witness);
  c.send(publish(topics.up(fleet.id, witness.username, "telemetry"), '{"witness":1}'));
  await answered(c, "puback");
  expect(await stored(revoked.username)).toBe(0);
  c.end();
});

test("a revoke cuts the session, drops what is queued for it, and holds for the next connection", async () => {
  const [device, service] = [await fleet.device(), await fleet.service()];
  const own = `sp/v1/${fleet.id}/${device.username}/down/state`;
  const first = await openMqtt(broker.ports.tcp, device, { clean: false });
  first.send(subscribe(own));
  await answered(first, "suback");
  await revokeToken(fleet.context, { tokenId: device.tokenId });
  await first.closed;
  const worker = await openMqtt(broker.ports.tcp, service);
  worker.send(publish(own, "for the old grant"));
  await answered(worker, "puback");
  await expect(openMqtt(broker.ports.tcp, device, { clean: false })).rejects.toThrow("refused with 5");
  const { token } = await grantDeviceToken(fleet.context, { deviceId: device.username });
  const second = await openMqtt(broker.ports.tcp, { ...device, token }, { clean: false });
  expect(second.packets[0]).toMatchObject({ cmd: "connack", sessionPresent: false });
  await settled(second);
  expect(messages(second)).toEqual([]);
  second.end();
  worker.end();
});

test("a session ends when its token does", async () => {
  const device = await fleet.device();
  const now = Math.floor(Date.now() / 1000);
  const token = await fleet.sign({ sub: device.username, iat: now - 10, exp: now + 2 });
  const raw = await openMqtt(broker.ports.tcp, { ...device, token });
  await raw.closed;
  expect(Date.now()).toBeGreaterThanOrEqual((now + 2) * 1000);
  await expect.poll(() => reasonOf(device.username)).toBe("TOKEN_EXPIRED");
});

test("publishing what the token does not allow closes the connection and is kept with its reason", async () => {
  const [device, other] = [await fleet.device(), await fleet.device()];
  const raw = await openMqtt(broker.ports.tcp, device);
  raw.send(publish(topics.up(fleet.id, other.username, "telemetry"), '{"t":1}'));
  await raw.closed;
  expect(raw.packets.filter(({ cmd }) => cmd === "puback")).toEqual([]);
  await expect.poll(() => reasonOf(device.username)).toBe("FORBIDDEN_ACCESS");
  const kept = () => db.database.prisma.refusal.findMany({ where: { subject: device.username } });
  const refusal = { action: "publish", topic: topics.up(fleet.id, other.username, "telemetry"), reason: "implicit_deny", count: 1, fleetId: fleet.id };
  await expect.poll(kept, { timeout: 5_000 }).toMatchObject([{ ...refusal, tokenId: device.tokenId, deviceId: device.username, qos: 1, retain: false }]);
  expect(await db.database.prisma.rejectedMessage.count({ where: { subject: device.username } })).toBe(0);
});

test("another fleet: neither its topics nor its presence", async () => {
  const foreign = await brokerFleet(db.database);
  const [tab, victim] = [await foreign.console(), await fleet.device()];
  const raw = await openMqtt(broker.ports.tcp, tab);
  raw.send(
    subscribe(
      topics.presenceOfAll(fleet.id),
      topics.telemetryOfAll(fleet.id),
      topics.liveAll(fleet.id),
      "sp/v1/+/+/presence",
      topics.presenceOfAll(foreign.id),
    ),
  );
  expect(await answered(raw, "suback")).toMatchObject({ granted: [128, 128, 128, 128, 1] });
  const device = await openMqtt(broker.ports.tcp, victim);
  device.send(publish(topics.up(fleet.id, victim.username, "telemetry"), '{"t":1}'));
  await answered(device, "puback");
  await settled(raw);
  expect(messages(raw)).toEqual([]);
  raw.end();
  device.end();
});

test("a take-over ends the old session as a duplicate; the newer one goes on", async () => {
  const device = await fleet.device();
  const old = await openMqtt(broker.ports.tcp, device);
  const fresh = await openMqtt(broker.ports.tcp, device);
  await old.closed;
  await settled(fresh);
  const { rows } = await expect
    .poll(() => db.database.pool.query("select number, disconnect_reason from session where device_id = $1 order by number", [device.username]))
    .toMatchObject({ rows: [{ disconnect_reason: "DUPLICATE_CLIENTID" }, { disconnect_reason: null }] })
    .then(() => db.database.pool.query("select kind, session_number from session_event where device_id = $1 order by id", [device.username]));
  // Presence hears of two connects and of no end: nothing flickers.
  expect(rows.map(({ kind }) => kind)).toEqual(["connected", "connected"]);
  expect(BigInt(rows[1].session_number)).toBeGreaterThan(BigInt(rows[0].session_number));
  fresh.end();
});

test("a client that publishes before its CONNACK is served in order", async () => {
  const device = await fleet.device();
  const raw = await rawMqtt(broker.ports.tcp);
  raw.send(connectPacket({ ...device, username: device.username, password: Buffer.from(device.token) }));
  for (let i = 0; i < 60; i++) raw.send(publish(topics.up(fleet.id, device.username, "telemetry"), `{"t":${i}}`));
  await raw.next((packet) => packet.cmd === "puback" && packet.messageId === messageId);
  expect(raw.packets[0]?.cmd).toBe("connack");
  const acknowledged = raw.packets.flatMap((packet) => (packet.cmd === "puback" ? [packet.messageId] : []));
  expect(acknowledged).toEqual(Array.from({ length: 60 }, (_, index) => messageId - 59 + index));
  raw.end();
});
