import { appendFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLedger, parseLedger, readLedger } from "./ledger";
import { ledgerHash } from "./ledger-hash";

function ledgerFile(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-ledger-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return path.join(folder, "deep", "ledger.jsonl");
}

test("sent and acknowledged become one row; the first of each counts", () => {
  const file = ledgerFile();
  const ledger = openLedger(file);
  ledger.sent("dev_a", 1, "h1", 100);
  ledger.sent("dev_a", 1, "h1", 150);
  ledger.sent("dev_b", 1, "h2", 101);
  ledger.acknowledged("dev_a", 1, 200);
  ledger.acknowledged("dev_a", 1, 300);
  ledger.close();
  expect(readLedger(file)).toEqual([
    { device: "dev_a", seq: 1, hash: "h1", sentAt: 100, acknowledgedAt: 200 },
    { device: "dev_b", seq: 1, hash: "h2", sentAt: 101, acknowledgedAt: null },
  ]);
});

test("it is appended to, never begun anew by a restart", () => {
  const file = ledgerFile();
  for (const seq of [1, 2]) {
    const ledger = openLedger(file);
    ledger.sent("dev_a", seq, "h", seq);
    ledger.close();
  }
  expect(readLedger(file).map(({ seq }) => seq)).toEqual([1, 2]);
});

test("a last line that a kill cut off is passed over; a wrong line inside is not", () => {
  const file = ledgerFile();
  const ledger = openLedger(file);
  ledger.sent("dev_a", 1, "h", 1);
  ledger.close();
  appendFileSync(file, '["s","dev_a",2,"h');
  expect(readLedger(file)).toHaveLength(1);
  expect(() => parseLedger('["s","dev_a"]\n["s","dev_a",2,"h",1]\n')).toThrow();
});

test("bounded: the older half is kept beside it and read with it", () => {
  const file = ledgerFile();
  const ledger = openLedger(file, { maxBytes: 200 });
  for (let seq = 1; seq <= 12; seq++) {
    ledger.sent("dev_a", seq, "h", seq);
    ledger.acknowledged("dev_a", seq, seq);
  }
  ledger.close();
  expect(existsSync(`${file}.1`)).toBe(true);
  const rows = readLedger(file);
  expect(rows.at(-1)).toEqual({ device: "dev_a", seq: 12, hash: "h", sentAt: 12, acknowledgedAt: 12 });
  expect(rows.length).toBeLessThan(12);
});

test("the hash does not depend on the order of readings, and on everything else", () => {
  const a = { metric: "a", value: 1.5, time: 10 };
  const b = { metric: "b", value: -0, time: 10 };
  expect(ledgerHash(7, [a, b])).toBe(ledgerHash(7, [b, a]));
  // The documented text, so that others can compute it: printf '7\na=1.5@10\nb=0@10' | sha256sum
  expect(ledgerHash(7, [a, b])).toBe("c9eb0a6210dc22ff02d906298b4c6b5b55acc90bf3e0470be673a27c748342e0");
  const different = [ledgerHash(8, [a, b]), ledgerHash(7, [a]), ledgerHash(7, [{ ...a, time: 11 }, b]), ledgerHash(7, [{ ...a, value: 1.25 }, b])];
  expect(new Set([...different, ledgerHash(7, [a, b])]).size).toBe(5);
});
