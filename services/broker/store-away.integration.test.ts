import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import { topics } from "@/lib/protocol/topics";
import { type Database, openDatabase } from "@/lib/server/database/client";
import { type EmbeddedPostgres, startPostgres } from "@/lib/server/database/embedded-postgres";
import { migrate } from "@/lib/server/database/migrate";
import { type BrokerFleet, brokerFleet, openMqtt } from "@/lib/testing/broker-fleet";
import { brokerSettings } from "@/lib/testing/broker-settings";
import { freePorts } from "@/lib/testing/free-ports";
import type { RawMqtt } from "@/lib/testing/raw-mqtt";
import { type ProductBroker, startProductBroker } from "./product-broker";

// A Postgres of this file's own, to be killed.
let folder: string;
let port: number;
let postgres: EmbeddedPostgres;
let database: Database;
let broker: ProductBroker;
let fleet: BrokerFleet;

const start = () => startPostgres({ dataDir: path.join(folder, "data"), port, log: createLog("test", "silent") });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sallyport-broker-"));
  [port = 0] = await freePorts(1);
  postgres = await start();
  await migrate(postgres.url);
  database = openDatabase(postgres.url);
  fleet = await brokerFleet(database);
  broker = await startProductBroker(brokerSettings(postgres.url));
  await broker.ready;
});
afterAll(async () => {
  await broker?.stop();
  await database?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

const telemetry = (device: string, seq: number) => JSON.stringify([{ bn: `${device}:`, bt: Date.now() / 1000, seq, n: "t", v: seq }]);
const send = (raw: RawMqtt, device: string, seq: number) =>
  raw.send({
    cmd: "publish",
    topic: topics.up(fleet.id, device, "telemetry"),
    payload: telemetry(device, seq),
    qos: 1,
    messageId: seq,
    retain: false,
    dup: false,
  });
const acknowledged = (raw: RawMqtt) => raw.packets.flatMap((packet) => (packet.cmd === "puback" ? [packet.messageId] : []));
const ping = async (raw: RawMqtt) => {
  raw.send({ cmd: "pingreq" });
  await raw.next(({ cmd }) => cmd === "pingresp");
};

test("Postgres killed under load: no PUBACK without a commit, nobody is dropped, and everything drains when it is back", async () => {
  const [device, late] = [await fleet.device(), await fleet.device()];
  // Its keep-alive ends after 3 s; the outage is longer. It pings as a client library does, all the time.
  const raw = await openMqtt(broker.ports.tcp, device, { keepalive: 2 });
  const pinging = setInterval(() => raw.send({ cmd: "pingreq" }), 500);
  send(raw, device.username, 1);
  await raw.next(({ cmd }) => cmd === "puback");

  process.kill(postgres.pid, "SIGKILL");
  await postgres.exited;
  for (let seq = 2; seq <= 600; seq++) send(raw, device.username, seq);
  await expect.poll(() => broker.stats().ingest.storeUp).toBe(false);
  const begin = performance.now();
  await expect
    .poll(
      async () => {
        await raw.next(({ cmd }) => cmd === "pingresp");
        return performance.now() - begin;
      },
      { timeout: 20_000, interval: 250 },
    )
    .toBeGreaterThan(4_000);
  expect(acknowledged(raw)).toEqual([1]);
  // A device whose token was verified from memory may still come; its session is recorded later.
  const newcomer = await openMqtt(broker.ports.tcp, late);
  send(newcomer, late.username, 1);
  await ping(newcomer);
  expect(acknowledged(newcomer)).toEqual([]);

  postgres = await start();
  await raw.next((packet) => packet.cmd === "puback" && packet.messageId === 600);
  await newcomer.next(({ cmd }) => cmd === "puback");
  expect(acknowledged(raw)).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
  const { rows } = await database.pool.query("select count(*)::int as n, count(distinct seq)::int as seqs from measurement where device_id = $1", [
    device.username,
  ]);
  expect(rows).toEqual([{ n: 600, seqs: 600 }]);
  const sessions = () => database.pool.query("select device_id, disconnected_at from session where device_id = any($1)", [[device.username, late.username]]);
  await expect
    .poll(async () => (await sessions()).rows.toSorted((a, b) => (a.device_id < b.device_id ? -1 : 1)))
    .toEqual([device.username, late.username].toSorted().map((device_id) => ({ device_id, disconnected_at: null })));
  clearInterval(pinging);
  raw.end();
  newcomer.end();
}, 120_000);

test("one device's flood while Postgres is away stays within bounds and is slowed by TCP, not lost", async () => {
  const device = await fleet.device();
  const raw = await openMqtt(broker.ports.tcp, device);
  process.kill(postgres.pid, "SIGKILL");
  await postgres.exited;
  const padding = " ".repeat(20_000);
  const total = 1_000;
  for (let seq = 1; seq <= total; seq++)
    raw.send({
      cmd: "publish",
      topic: topics.up(fleet.id, device.username, "telemetry"),
      payload: telemetry(device.username, seq) + padding,
      qos: 1,
      messageId: seq,
      retain: false,
      dup: false,
    });
  await expect.poll(() => broker.stats().ingest.heldBytes).toBeGreaterThan(200_000);
  const { queuedBytes, heldBytes } = broker.stats().ingest;
  expect(queuedBytes).toBeLessThan(2_000_000);
  expect(heldBytes).toBeLessThan(600_000);
  postgres = await start();
  await raw.next((packet) => packet.cmd === "puback" && packet.messageId === total);
  const { rows } = await database.pool.query("select count(*)::int as n from measurement where device_id = $1", [device.username]);
  expect(rows).toEqual([{ n: total }]);
  raw.end();
}, 120_000);

test("a revocation that nobody heard of takes effect when Postgres is back", async () => {
  const device = await fleet.device();
  const raw = await openMqtt(broker.ports.tcp, device);
  // Without its notification, as when the listener was cut off at that moment.
  await database.pool.query("update access_token set revoked_at = now() where id = $1", [device.tokenId]);
  await ping(raw);
  process.kill(postgres.pid, "SIGKILL");
  await postgres.exited;
  postgres = await start();
  await raw.closed;
  await expect(openMqtt(broker.ports.tcp, device)).rejects.toThrow("refused with 5");
}, 120_000);

test("the next run closes what a killed one left open, as of its last heartbeat", async () => {
  const device = await fleet.device();
  const raw = await openMqtt(broker.ports.tcp, device);
  const row = async () =>
    (await database.pool.query("select number, disconnected_at, disconnect_reason from session where device_id = $1 order by number", [device.username])).rows;
  await expect.poll(async () => (await row()).length).toBe(1);
  const next = await startProductBroker(brokerSettings(postgres.url));
  await next.ready;
  expect((await row())[0]).toMatchObject({ disconnect_reason: "SERVER_ERROR" });
  const again = await openMqtt(next.ports.tcp, device);
  await expect.poll(async () => (await row()).length).toBe(2);
  const [first, second] = await row();
  expect(BigInt(second.number)).toBeGreaterThan(BigInt(first.number));
  again.end();
  raw.end();
  await next.stop();
});
