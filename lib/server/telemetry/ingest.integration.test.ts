import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import { Encoder } from "@/lib/protocol/cbor";
import { LIMITS } from "@/lib/protocol/limits";
import { topics } from "@/lib/protocol/topics";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { Ingest } from "./ingest";
import type { Pending } from "./ingest-batch";
import type { Keys } from "./ingest-message";
import { IngestWriter } from "./ingest-writer";
import { OTHER_TOPICS } from "./topic-bound";

let db: TestDatabase;
let ingest: Ingest;
let fleetId: string;
let deviceId: string;
const log = createLog("test", "silent");
/** Nothing here is sealed; `ingest-sealed.integration.test.ts` is about what is. */
const noKeys: Keys = { policyOf: () => "off", open: () => ({ ok: false, reason: "unknown_key", detail: "" }) };
beforeAll(async () => {
  db = await testDatabase();
  ingest = new Ingest({ url: db.url, log, keys: noKeys, onFull() {} });
  fleetId = (await makeFleet(db.database)).id;
});
beforeEach(async () => {
  deviceId = (await makeDevice(db.database, fleetId)).id;
});
afterAll(async () => {
  await ingest?.close();
  await db?.close();
});

const take = (payload: unknown, options: { device?: string; topic?: string } = {}) => {
  const { device = deviceId, topic = topics.up(fleetId, device, "telemetry") } = options;
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
  const message = { fleetId, deviceId: device, subject: device, topic, payload: bytes, receivedAt: Date.now() };
  return new Promise<"stored" | "rejected">((done) => ingest.take(message, done));
};
const rows = async (sql: string, device = deviceId) => (await db.database.pool.query(sql, [device])).rows;
const values = async (device = deviceId) =>
  (await rows("select value from measurement where device_id = $1 order by time, seq desc", device)).map(({ value }) => value);
const rejected = (device = deviceId) =>
  rows("select topic, reason, detail, count, size_bytes from rejected_message where device_id = $1 order by reason", device);

test("stored: the measurement, the newest value, and the count of the fleet", async () => {
  const at = Date.now() / 1000;
  expect(
    await take([
      { bn: `${deviceId}:`, bt: at, seq: 1, n: "t", u: "Cel", v: 20 },
      { n: "h", v: 40 },
    ]),
  ).toBe("stored");
  expect(await take([{ bn: `${deviceId}:`, bt: at + 1, seq: 2, n: "t", u: "Cel", v: 21 }])).toBe("stored");
  // Late data is stored, and is not the newest.
  expect(await take([{ bn: `${deviceId}:`, bt: at - 60, seq: 3, n: "t", u: "Cel", v: 19 }])).toBe("stored");
  expect(
    await rows("select metric, unit, value, extract(epoch from time) * 1000 as time from latest_measurement where device_id = $1 order by metric"),
  ).toEqual([
    { metric: "h", unit: null, value: 40, time: expect.any(String) },
    { metric: "t", unit: "Cel", value: 21, time: expect.any(String) },
  ]);
  expect(await values()).toHaveLength(4);
  const { rows: counts } = await db.database.pool.query("select sum(stored)::int as stored from message_count where fleet_id = $1", [fleetId]);
  expect(counts[0].stored).toBeGreaterThanOrEqual(3);
});

test("the same message again changes nothing; two alike of a client without time and sequence are two", async () => {
  const message = [{ bn: `${deviceId}:`, bt: Date.now() / 1000, seq: 1, n: "t", v: 20 }];
  await Promise.all([take(message), take(message), take(message)]);
  await take(message);
  expect(await values()).toEqual([20]);
  await Promise.all(Array.from({ length: 20 }, () => take({ t: 5 })));
  expect(await values()).toHaveLength(21);
});

test("35 days back and a day ahead: each day has its place", async () => {
  const now = Date.now() / 1000;
  for (let day = -34; day <= 0; day++) await take([{ bn: `${deviceId}:`, bt: now + day * 86_400, seq: 100 + day, n: "t", v: day }]);
  await take([{ bn: `${deviceId}:`, bt: now + 80_000, seq: 200, n: "t", v: 1 }]);
  expect(await values()).toHaveLength(36);
});

describe("one bad row never loses its batch (finding 8)", () => {
  const pending = (metric: string, seq: number, device = deviceId): Pending & { outcome?: string } => {
    const one: Pending & { outcome?: string } = {
      message: { fleetId, deviceId: device, subject: device, topic: "t", payload: Buffer.from("x"), receivedAt: Date.now() },
      content: { kind: "telemetry", seq, readings: [{ metric, time: Date.now(), value: seq, unit: undefined }] },
      done() {},
    };
    return one;
  };

  test("what Postgres itself refuses is found by halving, and kept with its reason", async () => {
    const writer = new IngestWriter({ url: db.url, log });
    // Past the parser on purpose: NUL (22021) and a number out of range (22003) in a batch of 101.
    const batch = Array.from({ length: 101 }, (_, seq) => pending(seq === 37 ? "a\0b" : "t", seq === 90 ? 2 ** 70 : seq));
    await writer.write(batch);
    expect(await values()).toHaveLength(99);
    expect(await rejected()).toMatchObject([{ reason: "store_refused", count: 2 }]);
    expect(batch.filter(({ content }) => content.kind === "rejected").map((one) => batch.indexOf(one))).toEqual([37, 90]);
    await writer.close();
  });

  test("a device that was removed meanwhile: its messages are rejected, the others' are stored", async () => {
    const gone = (await makeDevice(db.database, fleetId)).id;
    await db.database.prisma.device.delete({ where: { id: gone } });
    const outcomes = await Promise.all([take({ t: 1 }), take({ t: 2 }, { device: gone }), take({ t: 3 })]);
    expect(outcomes).toEqual(["stored", "rejected", "stored"]);
    expect(await rejected(gone)).toMatchObject([{ reason: "unknown_device", count: 1 }]);
    expect(await values(gone)).toEqual([]);
  });
});

describe("rejected messages", () => {
  test("are kept once per topic, reason and hour, with a count and the newest sample", async () => {
    for (let i = 0; i < 5; i++) expect(await take(`rubbish ${i}`)).toBe("rejected");
    expect(await take({ t: "x" })).toBe("rejected");
    expect(await rejected()).toMatchObject([
      { reason: "bad_shape", count: 1, detail: "`t` is not a number." },
      { reason: "not_json", count: 5, size_bytes: 9 },
    ]);
    const [{ sample }] = await rows("select sample from rejected_message where device_id = $1 and reason = 'not_json'");
    expect(String(sample)).toBe("rubbish 4");
  });

  test("whatever the payload and the topic hold, they are kept", async () => {
    const nasty = [
      Buffer.from([0, 1, 2, 0xff]),
      Buffer.from('{"a\\u0000b":1}'),
      Buffer.from('{"\\ud800":"x"}'),
      Buffer.alloc(LIMITS.telemetryBytes + 1, "["),
      Buffer.from("[".repeat(20_000)),
    ];
    for (const payload of nasty) expect(await take(payload)).toBe("rejected");
    expect(await take("{}", { topic: `${topics.up(fleetId, deviceId, "telemetry")}\u0001\ud800` })).toBe("rejected");
    expect((await rejected()).reduce((sum, { count }) => sum + count, 0)).toBe(6);
  });

  test("invented topics are bounded: past 50 an hour they are counted together", async () => {
    await Promise.all(Array.from({ length: 80 }, (_, index) => take("{}", { topic: `${topics.up(fleetId, deviceId, "telemetry")}/${index}` })));
    const kept = await rejected();
    expect(kept).toHaveLength(51);
    expect(kept.find(({ topic }) => topic === OTHER_TOPICS)).toMatchObject({ count: 30, reason: "unknown_topic" });
  });

  test("a topic nothing takes yet, and one of another device", async () => {
    expect(await take("{}", { topic: topics.up(fleetId, deviceId, "update") })).toBe("rejected");
    expect(await take({ t: 1 }, { topic: topics.up(fleetId, "dev_0000000000000000", "telemetry") })).toBe("rejected");
    expect(await rejected()).toMatchObject([{ reason: "unknown_topic" }, { reason: "unknown_topic" }]);
  });
});

describe("posture reports", () => {
  const report = (ports: number) => ({
    header: { report_id: 1, version: "1.0" },
    metrics: { listening_tcp_ports: { ports: [{ port: 22, interface: "lo" }], total: ports }, listening_udp_ports: { ports: [] } },
  });
  const posture = () => rows("select listening_tcp, listening_udp, report from posture_report where device_id = $1");
  const topic = () => topics.up(fleetId, deviceId, "posture");

  test("the newest replaces the one before", async () => {
    await Promise.all([take(report(1), { topic: topic() }), take(report(2), { topic: topic() })]);
    expect(await take(report(3), { topic: topic() })).toBe("stored");
    expect(await posture()).toEqual([{ listening_tcp: 3, listening_udp: 0, report: report(3) }]);
  });

  test("since when, what listened before, and what loopback is; CBOR with short names is the same", async () => {
    const at = topic();
    const short = { hed: { rid: 1, v: "1.0" }, met: { tp: { pts: [{ pt: 22, if: "lo" }, { pt: 23 }], t: 2 }, up: { t: 0 } } };
    const state = async () =>
      (
        await rows(
          "select inbound, listened_at is not null as listened, inbound_since = received_at as fresh, previous_at is not null as again from posture_report where device_id = $1",
        )
      )[0];
    await take({ ...report(1), metrics: {} }, { topic: at });
    expect(await state()).toEqual({ inbound: null, listened: false, fresh: true, again: false });
    await take(new Encoder({ mapsAsObjects: true, useRecords: false }).encode(short), { topic: at });
    expect(await state()).toEqual({ inbound: 1, listened: true, fresh: true, again: true });
    await take(report(1), { topic: at });
    expect(await state()).toMatchObject({ inbound: 0, listened: true, again: true });
  });

  test("text that jsonb does not take is rejected, never a lost batch", async () => {
    const bad = report(1);
    for (const text of ["a\u0000", "\ud800"]) {
      bad.metrics.listening_tcp_ports.ports = [{ port: 22, interface: text }];
      expect(await take(bad, { topic: topic() })).toBe("rejected");
    }
    expect(await take({ metrics: {} }, { topic: topic() })).toBe("rejected");
    expect(await posture()).toEqual([]);
    expect(await rejected()).toMatchObject([{ reason: "bad_shape", count: 3 }]);
  });
});

test("a thousand messages of many devices are few commits, answered in order", async () => {
  const devices = await Promise.all(Array.from({ length: 10 }, async () => (await makeDevice(db.database, fleetId)).id));
  const before = ingest.counts.commits;
  const order: number[] = [];
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => take({ t: index }, { device: devices[index % 10] }).then(() => order.push(index))));
  expect(order).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
  expect(ingest.counts.commits - before).toBeLessThan(20);
  expect(ingest.queuedBytes).toBe(0);
});
