import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

/** One message of one device, as the device remembers it. Times in milliseconds since 1970. */
export interface LedgerRow {
  device: string;
  seq: number;
  /** `ledgerHash` of the message. */
  hash: string;
  /** When its first byte left, the first time. */
  sentAt: number;
  /** First PUBACK; null while there is none. */
  acknowledgedAt: number | null;
}

export interface Ledger {
  /** Before the first byte of a message leaves; also at every resend. */
  sent(device: string, seq: number, hash: string, at: number): void;
  acknowledged(device: string, seq: number, at: number): void;
  close(): void;
}

const lineSchema = z.union([
  z.tuple([z.literal("s"), z.string(), z.number(), z.string(), z.number()]),
  z.tuple([z.literal("a"), z.string(), z.number(), z.number()]),
]);

/**
 * Opens an append-only file of JSON lines: `["s",device,seq,hash,time]` and `["a",device,seq,time]`. Each line is written
 * before the message is: killing this process loses no line of a message that left. Beyond `maxBytes` it begins anew and keeps
 * one older file (`FILE.1`).
 */
export function openLedger(file: string, options: { maxBytes?: number } = {}): Ledger {
  const maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
  mkdirSync(path.dirname(file), { recursive: true });
  let descriptor = openSync(file, "a", 0o600);
  let bytes = statSync(file).size;
  const write = (line: unknown[]) => {
    if (bytes > maxBytes) {
      closeSync(descriptor);
      renameSync(file, `${file}.1`);
      descriptor = openSync(file, "a", 0o600);
      bytes = 0;
    }
    bytes += writeSync(descriptor, `${JSON.stringify(line)}\n`);
  };
  return {
    sent: (device, seq, hash, at) => write(["s", device, seq, hash, at]),
    acknowledged: (device, seq, at) => write(["a", device, seq, at]),
    close: () => closeSync(descriptor),
  };
}

/** Reads a ledger with its older file. A last line that a kill cut off is passed over; any other wrong line is an error. */
export function readLedger(file: string): LedgerRow[] {
  const older = existsSync(`${file}.1`) ? readFileSync(`${file}.1`, "utf8") : "";
  return parseLedger(older + readFileSync(file, "utf8"));
}

export function parseLedger(text: string): LedgerRow[] {
  const rows = new Map<string, LedgerRow>();
  const lines = text.split("\n");
  const unfinished = lines.pop();
  if (unfinished) lines.push(...wholeLine(unfinished));
  for (const line of lines) {
    const entry = lineSchema.parse(JSON.parse(line));
    const key = `${entry[1]} ${entry[2]}`;
    const known = rows.get(key);
    if (entry[0] === "a") {
      if (known) known.acknowledgedAt ??= entry[3];
    } else if (!known) rows.set(key, { device: entry[1], seq: entry[2], hash: entry[3], sentAt: entry[4], acknowledgedAt: null });
  }
  return [...rows.values()];
}

function wholeLine(line: string): string[] {
  try {
    return lineSchema.safeParse(JSON.parse(line)).success ? [line] : [];
  } catch {
    return [];
  }
}
