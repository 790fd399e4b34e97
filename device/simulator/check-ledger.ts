import type { LedgerRow } from "./ledger";
import { contentOf, type HashedReading, ledgerHash } from "./ledger-hash";

/** One stored reading. `receivedAt`: when the store took it, in milliseconds since 1970, for the check of order. */
export interface StoredReading extends HashedReading {
  device: string;
  seq: number;
  receivedAt?: number;
}

/** From this moment on nothing of the device may be accepted: the API has answered its revoke. */
export interface Revocation {
  device: string;
  answeredAt: number;
}

export interface Finding {
  device: string;
  seq: number;
  detail: string;
}

export interface LedgerReport {
  /** The four that must be empty. */
  lost: Finding[];
  invented: Finding[];
  doubled: Finding[];
  afterRevoke: Finding[];
  /** Allowed: the acknowledgement was lost, or never given. */
  unacknowledgedButStored: number;
  /** Messages that the store took after a later one of the same device. */
  orderViolations: number;
  sent: number;
  acknowledged: number;
  stored: number;
}

/**
 * Compares what devices remember with what the store has, after the run and a settling time (reliability.md, "The ledger").
 *
 * lost: acknowledged, not stored. invented: stored, never sent or with another hash. doubled: one message stored more than once,
 * under its own sequence number or under another. afterRevoke: stored although sent after the revoke was answered.
 */
export function checkLedger(input: { sent: readonly LedgerRow[]; stored: readonly StoredReading[]; revocations?: readonly Revocation[] }): LedgerReport {
  const ledger = new Map(input.sent.map((row) => [keyOf(row), row]));
  const stored = groupByMessage(input.stored);
  const revokedAt = new Map((input.revocations ?? []).map(({ device, answeredAt }) => [device, answeredAt]));
  const report: LedgerReport = {
    lost: [],
    invented: [],
    doubled: [],
    afterRevoke: [],
    unacknowledgedButStored: 0,
    orderViolations: countOrderViolations(stored.values()),
    sent: input.sent.length,
    acknowledged: input.sent.filter(({ acknowledgedAt }) => acknowledgedAt !== null).length,
    stored: stored.size,
  };
  for (const [key, row] of ledger)
    if (row.acknowledgedAt !== null && !stored.has(key)) report.lost.push({ device: row.device, seq: row.seq, detail: "acknowledged, not stored" });
  const firstWith = new Map<string, StoredMessage>();
  for (const message of [...stored.values()].sort(byKnownFirst(ledger))) {
    const { device, seq, readings } = message;
    const row = ledger.get(keyOf(message));
    const found = (detail: string): Finding => ({ device, seq, detail });
    const metrics = new Set(readings.map(({ metric }) => metric));
    const content = `${device}\n${contentOf(readings)}`;
    const twin = firstWith.get(content);
    firstWith.set(content, twin ?? message);
    if (metrics.size < readings.length) report.doubled.push(found(`${readings.length} readings of ${metrics.size} metrics`));
    else if (twin) report.doubled.push(found(`the same readings as number ${twin.seq}`));
    if (!row) report.invented.push(found("stored, never sent"));
    else if (metrics.size === readings.length && ledgerHash(seq, readings) !== row.hash)
      report.invented.push(found("stored with other readings than were sent"));
    if (row && row.acknowledgedAt === null) report.unacknowledgedButStored++;
    const end = revokedAt.get(device);
    if (end !== undefined && row && row.sentAt > end) report.afterRevoke.push(found(`sent ${row.sentAt - end} ms after the revoke was answered`));
  }
  return report;
}

interface StoredMessage {
  device: string;
  seq: number;
  readings: StoredReading[];
}

const keyOf = ({ device, seq }: { device: string; seq: number }) => `${device} ${seq}`;

function groupByMessage(rows: readonly StoredReading[]): Map<string, StoredMessage> {
  const messages = new Map<string, StoredMessage>();
  for (const row of rows) {
    const key = keyOf(row);
    const message = messages.get(key);
    if (message) message.readings.push(row);
    else messages.set(key, { device: row.device, seq: row.seq, readings: [row] });
  }
  return messages;
}

/** A message that the ledger knows is the original, whatever its number; the other one is the double. */
function byKnownFirst(ledger: ReadonlyMap<string, LedgerRow>) {
  const rank = (message: StoredMessage) => (ledger.has(keyOf(message)) ? 0 : 1);
  return (a: StoredMessage, b: StoredMessage) => rank(a) - rank(b) || a.seq - b.seq;
}

function countOrderViolations(messages: Iterable<StoredMessage>): number {
  const byDevice = new Map<string, { seq: number; at: number }[]>();
  for (const { device, seq, readings } of messages) {
    const at = Math.min(...readings.map(({ receivedAt }) => receivedAt ?? Number.NaN));
    if (Number.isNaN(at)) continue;
    const list = byDevice.get(device) ?? [];
    byDevice.set(device, list);
    list.push({ seq, at });
  }
  let violations = 0;
  for (const list of byDevice.values()) {
    let latest = Number.NEGATIVE_INFINITY;
    for (const { at } of list.sort((a, b) => a.seq - b.seq)) {
      if (at < latest) violations++;
      latest = Math.max(latest, at);
    }
  }
  return violations;
}

/** True when none of the four figures is above 0. */
export function isClean(report: LedgerReport): boolean {
  return report.lost.length + report.invented.length + report.doubled.length + report.afterRevoke.length === 0;
}
