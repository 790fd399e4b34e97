import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { IngestWriter } from "@/lib/server/telemetry/ingest-writer";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { storedReadings } from "@/lib/testing/stored-readings";
import { grantedDevices, testBroker } from "@/lib/testing/test-broker";
import { checkLedger, isClean } from "./check-ledger";
import type { SimulatorConfig } from "./config";
import { readLedger } from "./ledger";
import { createSimulator } from "./simulator";

/**
 * A deliberately broken build must be caught. The real broker and ingest run; only the function that writes a group of messages
 * is replaced, from outside, by one that breaks a promise.
 */
type Write = IngestWriter["write"];
type Batch = Parameters<Write>[0];
const write: Write = IngestWriter.prototype.write;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const DEVICES = 20;
const MESSAGES = 2_000;

/** A run of some thousand messages, with a restart of the broker in the middle, and what the checker says of it. */
async function runAgainst(broken: (this: IngestWriter, batch: Batch) => Promise<void>, beforeRestart = () => {}) {
  const spy = vi.spyOn(IngestWriter.prototype, "write").mockImplementation(broken);
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-sabotage-"));
  onTestFinished(() => {
    spy.mockRestore();
    rmSync(folder, { recursive: true });
  });
  await db.database.pool.query("truncate measurement");
  const devices = await grantedDevices(db, DEVICES);
  const first = await testBroker(db);
  const config: SimulatorConfig = {
    host: "127.0.0.1",
    port: first.port,
    fleet: devices[0]?.fleetId ?? "",
    connectSpreadMs: 0,
    ledger: { file: path.join(folder, "ledger.jsonl") },
    devices: devices.map(({ id, token }, index) => ({
      id,
      name: `pump-${index}`,
      site: `Site ${index % 4}`,
      instrument: "pump",
      intervalSeconds: 0.01,
      token,
    })),
  };
  const simulator = createSimulator(config);
  simulator.start();
  await eventually(() => expect(simulator.status().acknowledged).toBeGreaterThan(MESSAGES / 2));
  beforeRestart();
  await first.stop();
  const second = await testBroker(db, { port: first.port });
  onTestFinished(() => second.stop());
  await eventually(() => expect(simulator.status().acknowledged).toBeGreaterThan(MESSAGES));
  const settled = await simulator.settle({ withinMs: 20_000 });
  await simulator.stop();
  const report = checkLedger({ sent: readLedger(path.join(folder, "ledger.jsonl")), stored: await storedReadings(db.database) });
  return { settled, report };
}

test("the build as it is: nothing lost, invented or doubled over a restart of the broker, and all in order", async () => {
  const { settled, report } = await runAgainst(write);
  expect(settled).toBe(true);
  expect({ ...report, sent: 0, acknowledged: 0, stored: 0 }).toEqual({
    lost: [],
    invented: [],
    doubled: [],
    afterRevoke: [],
    unacknowledgedButStored: 0,
    orderViolations: 0,
    sent: 0,
    acknowledged: 0,
    stored: 0,
  });
  expect(report.acknowledged).toBeGreaterThan(MESSAGES);
  expect(report.stored).toBe(report.acknowledged);
});

test("acknowledge first, store later: what was on its way when the broker went is lost, and found", async () => {
  const promised = new Set<NodeJS.Timeout>();
  let writing = Promise.resolve();
  const { report } = await runAgainst(
    async function (batch) {
      const timer = setTimeout(() => {
        promised.delete(timer);
        writing = writing.then(() => write.call(this, batch)).catch(() => {});
      }, 20);
      promised.add(timer);
    },
    // What a killed process had only promised goes with it.
    () => {
      for (const timer of promised) clearTimeout(timer);
    },
  );
  expect(report.lost.length).toBeGreaterThan(0);
  expect(isClean(report)).toBe(false);
});

test("skip the commit for 1 in 1,000", async () => {
  let count = 0;
  const { report } = await runAgainst(function (batch) {
    return write.call(
      this,
      batch.filter(() => ++count % 1_000 !== 0),
    );
  });
  expect(report.lost.length).toBe(Math.floor(count / 1_000));
  expect(report.lost.length).toBeGreaterThan(0);
});

test("store twice: every message again under another number", async () => {
  const { report } = await runAgainst(function (batch) {
    const copies = batch.flatMap((pending) =>
      pending.content.kind === "telemetry" ? [{ ...pending, content: { ...pending.content, seq: pending.content.seq + 1_000_000 } }] : [],
    );
    return write.call(this, [...batch, ...copies]);
  });
  expect(report.doubled.length).toBe(report.stored / 2);
  expect(report.lost).toEqual([]);
});

test("store another value than was sent", async () => {
  let count = 0;
  const { report } = await runAgainst(function (batch) {
    const changed = batch.map((pending) => {
      if (pending.content.kind !== "telemetry" || ++count % 1_000 !== 0) return pending;
      const readings = pending.content.readings.map((reading) => ({ ...reading, value: Math.round(reading.value) }));
      return { ...pending, content: { ...pending.content, readings } };
    });
    return write.call(this, changed);
  });
  expect(report.invented.length).toBeGreaterThan(0);
});
