import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { topics } from "@/lib/protocol/topics";
import { type BrokerFleet, brokerFleet, type Login, openMqtt } from "@/lib/testing/broker-fleet";
import { brokerSettings } from "@/lib/testing/broker-settings";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import type { RawMqtt } from "@/lib/testing/raw-mqtt";
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

let lastId = 0;
const nextId = () => (lastId = (lastId % 60_000) + 1);
const publishPacket = (topic: string, payload: string | Buffer, qos: 0 | 1 | 2) => ({
  cmd: "publish" as const,
  topic,
  payload,
  qos,
  retain: false,
  dup: false,
  messageId: qos === 0 ? undefined : nextId(),
});
/** Publishes with QoS 1 and waits for the PUBACK. */
async function publish(raw: RawMqtt, topic: string, payload: string | Buffer) {
  const packet = publishPacket(topic, payload, 1);
  raw.send(packet);
  await raw.next((answer) => answer.cmd === "puback" && answer.messageId === packet.messageId);
}
async function subscribe(raw: RawMqtt, topic: string, qos: 0 | 1 | 2) {
  const messageId = nextId();
  raw.send({ cmd: "subscribe", messageId, subscriptions: [{ topic, qos }] });
  const answer = await raw.next((packet) => packet.cmd === "suback" && packet.messageId === messageId);
  return answer.cmd === "suback" ? answer.granted[0] : undefined;
}
const received = (raw: RawMqtt) => raw.packets.flatMap((packet) => (packet.cmd === "publish" ? [packet] : []));
const acknowledge = (raw: RawMqtt, messageId: number | undefined) => raw.send({ cmd: "puback", messageId });
const stored = async (device: Login) => (await db.database.pool.query("select 1 from measurement where device_id = $1", [device.username])).rowCount;

test("finding 1: no PUBACK before the commit, and pings are answered meanwhile", async () => {
  const device = await fleet.device();
  const raw = await openMqtt(broker.ports.tcp, device);
  const holder = new Client({ connectionString: db.url });
  await holder.connect();
  await holder.query("begin; lock table measurement in access exclusive mode");
  const packet = publishPacket(topics.up(fleet.id, device.username, "telemetry"), '{"t":1}', 1);
  raw.send(packet);
  await expect.poll(() => broker.stats().ingest.queuedMessages).toBe(1);
  for (let i = 0; i < 3; i++) {
    raw.send({ cmd: "pingreq" });
    await raw.next(({ cmd }) => cmd === "pingresp");
  }
  expect(raw.packets.some(({ cmd }) => cmd === "puback")).toBe(false);
  await holder.query("commit");
  await raw.next(({ cmd }) => cmd === "puback");
  expect(await stored(device)).toBe(1);
  await holder.end();
  raw.end();
});

test("finding 1: cut before the commit, the message comes again and is stored once", async () => {
  const device = await fleet.device();
  const topic = topics.up(fleet.id, device.username, "telemetry");
  const payload = JSON.stringify([{ bn: `${device.username}:`, bt: Date.now() / 1000, seq: 7, n: "t", v: 1 }]);
  const first = await openMqtt(broker.ports.tcp, device);
  first.send(publishPacket(topic, payload, 1));
  first.end();
  const second = await openMqtt(broker.ports.tcp, device);
  await publish(second, topic, payload);
  await publish(second, topic, payload);
  expect(await stored(device)).toBe(1);
  second.end();
});

test("finding 2: QoS 2 is granted as 1, and a persistent session that is cut again and again misses nothing", async () => {
  const [device, service] = [await fleet.device(), await fleet.service()];
  const worker = await openMqtt(broker.ports.tcp, service);
  const topic = `sp/v1/${fleet.id}/${device.username}/down/command/c1`;
  const got = new Set<string>();
  let raw = await openMqtt(broker.ports.tcp, device, { clean: false });
  expect(await subscribe(raw, topic, 2)).toBe(1);
  const total = 400;
  for (let sent = 0; sent < total; sent += 20) {
    // Twenty in flight at once, mixed with QoS 0 ones that overtake them; the subscriber acknowledges half and is cut.
    const batch = Array.from({ length: 20 }, (_, index) => String(sent + index));
    const listening = raw;
    await Promise.all(batch.map((text) => publish(worker, topic, text).then(() => worker.send(publishPacket(topic, "overtaking", 0)))));
    await expect.poll(() => received(listening).filter(({ qos }) => qos === 1).length).toBeGreaterThanOrEqual(20);
    for (const { messageId, payload, qos } of received(listening)
      .filter(({ qos }) => qos === 1)
      .slice(0, 10)) {
      expect(qos).toBe(1);
      got.add(String(payload));
      acknowledge(listening, messageId);
    }
    listening.end();
    raw = await openMqtt(broker.ports.tcp, device, { clean: false });
    const back = raw;
    await expect.poll(() => new Set([...got, ...received(back).map(({ payload }) => String(payload))]).size).toBeGreaterThanOrEqual(sent + 20);
    for (const { messageId, payload, qos } of received(back)) {
      if (qos === 0) continue;
      got.add(String(payload));
      acknowledge(back, messageId);
    }
  }
  expect([...got].sort()).toEqual(Array.from({ length: total }, (_, index) => String(index)).sort());
  raw.end();
  worker.end();
});

test("findings 4 and 5: one that does not read holds up nobody, costs a bounded buffer, and may go in the middle of it", async () => {
  const topic = topics.live(fleet.id, "events");
  const [frozen, awake] = [await openMqtt(broker.ports.tcp, await fleet.console()), await openMqtt(broker.ports.tcp, await fleet.console())];
  expect(await subscribe(frozen, topics.liveAll(fleet.id), 0)).toBe(0);
  expect(await subscribe(awake, topics.liveAll(fleet.id), 0)).toBe(0);
  frozen.socket.pause();
  const workers = await Promise.all(Array.from({ length: 8 }, async () => openMqtt(broker.ports.tcp, await fleet.service())));
  const payload = Buffer.alloc(50_000, "x");
  const rounds = 60;
  for (let round = 0; round < rounds; round++) {
    await Promise.all(workers.map((worker) => publish(worker, topic, payload)));
    await expect.poll(() => received(awake).length).toBe((round + 1) * workers.length);
  }
  expect(broker.stats().messages.droppedForSlowSubscribers).toBeGreaterThan(0);
  // It leaves while all of them publish: plain aedes dies of that.
  const flood = workers.flatMap((worker) => Array.from({ length: 50 }, () => publish(worker, topic, "small")));
  frozen.end();
  await Promise.all(flood);
  await expect.poll(() => received(awake).length).toBe(rounds * workers.length + flood.length);
  for (const raw of [awake, ...workers]) raw.end();
});

test("PUBACKs come in the order of the messages, stored and rejected ones alike", async () => {
  const device = await fleet.device();
  const topic = topics.up(fleet.id, device.username, "telemetry");
  const raw = await openMqtt(broker.ports.tcp, device);
  const sent = Array.from({ length: 100 }, (_, index) => publishPacket(topic, index % 3 ? `{"t":${index}}` : "rubbish", index % 5 ? 1 : 0));
  for (const packet of sent) raw.send(packet);
  const expected = sent.flatMap(({ messageId }) => messageId ?? []);
  await raw.next((packet) => packet.cmd === "puback" && packet.messageId === expected.at(-1));
  expect(raw.packets.flatMap((packet) => (packet.cmd === "puback" ? [packet.messageId] : []))).toEqual(expected);
  expect(await stored(device)).toBe(66);
  const { rows } = await db.database.pool.query("select count, reason from rejected_message where device_id = $1", [device.username]);
  expect(rows).toEqual([{ count: 34, reason: "not_json" }]);
  raw.end();
});

test("what is stored reaches consoles, what is rejected does not", async () => {
  const device = await fleet.device();
  const topic = topics.up(fleet.id, device.username, "telemetry");
  const [tab, raw] = [await openMqtt(broker.ports.tcp, await fleet.console()), await openMqtt(broker.ports.tcp, device)];
  await subscribe(tab, topics.telemetryOfAll(fleet.id), 0);
  await publish(raw, topic, '{"t":1}');
  await publish(raw, topic, "rubbish");
  await publish(raw, topic, '{"t":2}');
  await expect.poll(() => received(tab).length).toBe(2);
  expect(received(tab).map(({ payload }) => String(payload))).toEqual(['{"t":1}', '{"t":2}']);
  tab.end();
  raw.end();
});

test("what waits for an absent subscriber comes in order, before what is new", async () => {
  const [device, service] = [await fleet.device(), await fleet.service()];
  const worker = await openMqtt(broker.ports.tcp, service);
  const topic = `sp/v1/${fleet.id}/${device.username}/down/state`;
  const first = await openMqtt(broker.ports.tcp, device, { clean: false });
  await subscribe(first, topic, 1);
  first.end();
  await expect.poll(() => broker.stats().sessions.endedByReason.CONNECTION_LOST ?? 0).toBeGreaterThan(0);
  for (let i = 0; i < 300; i++) await publish(worker, topic, String(i));
  const second = await openMqtt(broker.ports.tcp, device, { clean: false });
  for (let i = 300; i < 350; i++) await publish(worker, topic, String(i));
  await expect.poll(() => received(second).length).toBe(350);
  expect(received(second).map(({ payload }) => Number(payload))).toEqual(Array.from({ length: 350 }, (_, index) => index));
  second.end();
  worker.end();
});
