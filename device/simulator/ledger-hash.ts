import { createHash } from "node:crypto";

/** What of a message is compared between the ledger and the store. `time` in milliseconds since 1970. */
export interface HashedReading {
  metric: string;
  value: number;
  time: number;
}

/**
 * The hash of a message's plaintext, such that it can be computed from stored measurement rows as well: SHA-256, in hex, of
 * the sequence number and then one line `metric=value@time` per reading, sorted by code unit, joined by "\n". Numbers are
 * written as JavaScript does (shortest form that reads back as the same double).
 */
export function ledgerHash(seq: number, readings: Iterable<HashedReading>): string {
  return createHash("sha256")
    .update(`${seq}\n${contentOf(readings)}`)
    .digest("hex");
}

/** The same text without the sequence number: two messages with this in common are one message, stored twice. */
export function contentOf(readings: Iterable<HashedReading>): string {
  return [...readings]
    .map(({ metric, value, time }) => `${metric}=${value}@${time}`)
    .sort()
    .join("\n");
}
