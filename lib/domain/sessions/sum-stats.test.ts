import { expect, test } from "vitest";
import type { BrokerStats } from "./broker-stats";
import { sumStats } from "./sum-stats";

const stats = (n: number, storeUp: boolean, transport: string): BrokerStats => ({
  sessions: { open: n, byTransport: { [transport]: n, tls: 1 }, opened: n, endedByReason: { CONNECTION_LOST: n } },
  refused: { expired: n },
  refusals: { byReason: { implicit_deny: n }, unknown: n, dropped: n },
  messages: { received: n, stored: n, rejectedByReason: {}, delivered: n, droppedForSlowSubscribers: n, droppedFromQueues: n },
  ingest: { queuedMessages: n, queuedBytes: n, heldBytes: n, storeUp, commits: n, commitMilliseconds: { sum: n, buckets: [n, 0] } },
  memoryBytes: n,
});

test("counts add up, by name; one broker that cannot store is told", () => {
  const sum = sumStats(stats(1, true, "tcp"), stats(2, false, "ws"));
  expect(sum.sessions).toEqual({ open: 3, byTransport: { tcp: 1, ws: 2, tls: 2 }, opened: 3, endedByReason: { CONNECTION_LOST: 3 } });
  expect(sum.ingest).toEqual({ queuedMessages: 3, queuedBytes: 3, heldBytes: 3, storeUp: false, commits: 3, commitMilliseconds: { sum: 3, buckets: [3, 0] } });
  expect([sum.messages.stored, sum.refused, sum.refusals, sum.memoryBytes]).toEqual([
    3,
    { expired: 3 },
    { byReason: { implicit_deny: 3 }, unknown: 3, dropped: 3 },
    3,
  ]);
});
