import fc from "fast-check";
import { expect, test } from "vitest";
import { checkLedger, isClean, type LedgerReport, type StoredReading } from "./check-ledger";
import type { LedgerRow } from "./ledger";
import { ledgerHash } from "./ledger-hash";

/** A message as the device knows it, with its stored rows. */
function message(device: string, seq: number, options: { acknowledged?: boolean; receivedAt?: number } = {}) {
  const time = 1_795_000_000_000 + seq * 1_000;
  const readings = [
    { metric: "temperature", value: 20 + seq / 10, time },
    { metric: "pressure", value: 320.5, time },
  ];
  const row: LedgerRow = {
    device,
    seq,
    hash: ledgerHash(seq, readings),
    sentAt: time,
    acknowledgedAt: options.acknowledged === false ? null : time + 5,
  };
  const stored: StoredReading[] = readings.map((reading) => ({ device, seq, ...reading, receivedAt: options.receivedAt ?? time + 2 }));
  return { row, stored };
}

const figures = (report: LedgerReport) => ({
  lost: report.lost.length,
  invented: report.invented.length,
  doubled: report.doubled.length,
  afterRevoke: report.afterRevoke.length,
});
const none = { lost: 0, invented: 0, doubled: 0, afterRevoke: 0 };

test("a good run: all four are 0, whatever the order of the rows", () => {
  const messages = [1, 2, 3].flatMap((seq) => [message("dev_a", seq), message("dev_b", seq)]);
  const report = checkLedger({ sent: messages.map(({ row }) => row), stored: messages.flatMap(({ stored }) => stored).reverse() });
  expect(report).toEqual({
    ...none,
    lost: [],
    invented: [],
    doubled: [],
    afterRevoke: [],
    unacknowledgedButStored: 0,
    orderViolations: 0,
    sent: 6,
    acknowledged: 6,
    stored: 6,
  });
  expect(isClean(report)).toBe(true);
});

test("lost: acknowledged, not stored", () => {
  const [a, b] = [message("dev_a", 1), message("dev_a", 2)];
  const report = checkLedger({ sent: [a.row, b.row], stored: a.stored });
  expect(figures(report)).toEqual({ ...none, lost: 1 });
  expect(report.lost[0]).toMatchObject({ device: "dev_a", seq: 2 });
  expect(isClean(report)).toBe(false);
});

test("never acknowledged: neither its absence nor its presence is a fault", () => {
  const [a, b] = [message("dev_a", 1, { acknowledged: false }), message("dev_a", 2, { acknowledged: false })];
  const report = checkLedger({ sent: [a.row, b.row], stored: a.stored });
  expect(figures(report)).toEqual(none);
  expect(report.unacknowledgedButStored).toBe(1);
});

test("invented: never sent", () => {
  const [a, b] = [message("dev_a", 1), message("dev_a", 2)];
  expect(figures(checkLedger({ sent: [a.row], stored: [...a.stored, ...b.stored] }))).toEqual({ ...none, invented: 1 });
});

test("invented: another device's message under this number", () => {
  const [a, b] = [message("dev_a", 1), message("dev_b", 1)];
  const swapped = b.stored.map((row) => ({ ...row, device: "dev_c" }));
  expect(figures(checkLedger({ sent: [a.row, b.row], stored: [...a.stored, ...swapped] }))).toEqual({ ...none, lost: 1, invented: 1 });
});

test.each([
  ["a value that changed", (rows: StoredReading[]) => rows.map((row, index) => (index === 0 ? { ...row, value: row.value + 0.01 } : row))],
  ["a time that changed", (rows: StoredReading[]) => rows.map((row) => ({ ...row, time: row.time + 1 }))],
  ["a metric that changed", (rows: StoredReading[]) => rows.map((row, index) => (index === 0 ? { ...row, metric: "humidity" } : row))],
  ["a reading that is missing", (rows: StoredReading[]) => rows.slice(1)],
])("invented: %s", (_, change) => {
  const a = message("dev_a", 1);
  expect(figures(checkLedger({ sent: [a.row], stored: change(a.stored) }))).toEqual({ ...none, invented: 1 });
});

test("doubled: the same device and number stored twice, with another time", () => {
  const a = message("dev_a", 1);
  const again = a.stored.map((row) => ({ ...row, time: row.time + 1 }));
  expect(figures(checkLedger({ sent: [a.row], stored: [...a.stored, ...again] }))).toEqual({ ...none, doubled: 1 });
});

test("doubled: stored again under a number that was never sent, higher or lower", () => {
  const a = message("dev_a", 5);
  for (const seq of [4, 6]) {
    const again = a.stored.map((row) => ({ ...row, seq }));
    const report = checkLedger({ sent: [a.row], stored: [...again, ...a.stored] });
    expect(figures(report)).toEqual({ ...none, doubled: 1, invented: 1 });
    expect(report.doubled[0]).toMatchObject({ seq, detail: "the same readings as number 5" });
  }
});

test("after revoke: sent after the answer, and stored all the same", () => {
  const [before, after] = [message("dev_a", 1), message("dev_a", 2)];
  const other = message("dev_b", 9);
  const revocations = [{ device: "dev_a", answeredAt: before.row.sentAt }];
  const sent = [before.row, after.row, other.row];
  expect(figures(checkLedger({ sent, stored: [...before.stored, ...other.stored], revocations }))).toEqual({ ...none, lost: 1 });
  const unacknowledged = sent.map((row) => (row === after.row ? { ...row, acknowledgedAt: null } : row));
  expect(figures(checkLedger({ sent: unacknowledged, stored: [...before.stored, ...other.stored], revocations }))).toEqual(none);
  expect(figures(checkLedger({ sent, stored: [...before.stored, ...after.stored, ...other.stored], revocations }))).toEqual({ ...none, afterRevoke: 1 });
});

test("order: a message that was taken after a later one of the same device", () => {
  const messages = [
    message("dev_a", 1, { receivedAt: 30 }),
    message("dev_a", 2, { receivedAt: 20 }),
    message("dev_a", 3, { receivedAt: 40 }),
    message("dev_b", 1, { receivedAt: 5 }),
  ];
  const report = checkLedger({ sent: messages.map(({ row }) => row), stored: messages.flatMap(({ stored }) => stored) });
  expect(report.orderViolations).toBe(1);
  expect(isClean(report)).toBe(true);
});

/** A check that cannot fail is worth nothing: any one fault, in any run, anywhere, is found. */
test("any single fault in any run is found, and no run without a fault is accused", () => {
  const run = fc.uniqueArray(
    fc.record({ device: fc.constantFrom("dev_a", "dev_b", "dev_c"), seq: fc.integer({ min: 1, max: 500 }), acknowledged: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 40,
      selector: ({ device, seq }) => `${device} ${seq}`,
    },
  );
  fc.assert(
    fc.property(run, fc.nat(), fc.constantFrom("lose", "change", "renumber", "repeat"), (life, pick, fault) => {
      const messages = life.map(({ device, seq, acknowledged }) => message(device, seq, { acknowledged }));
      const sent = messages.map(({ row }) => row);
      const good = messages.filter((_, index) => life[index]?.acknowledged || index % 2 === 0);
      expect(isClean(checkLedger({ sent, stored: good.flatMap(({ stored }) => stored) }))).toBe(true);
      const victims = good.filter(({ row }) => row.acknowledgedAt !== null);
      const victim = victims[pick % Math.max(1, victims.length)];
      if (!victim) return;
      const others = good.filter((one) => one !== victim).flatMap(({ stored }) => stored);
      const broken = {
        lose: [],
        change: victim.stored.map((row) => ({ ...row, value: row.value + 1 })),
        renumber: victim.stored.map((row) => ({ ...row, seq: 1_000 })),
        repeat: [...victim.stored, ...victim.stored.map((row) => ({ ...row, seq: 1_000 }))],
      }[fault];
      expect(isClean(checkLedger({ sent, stored: [...others, ...broken] }))).toBe(false);
    }),
  );
});
