import type { BrokerStats } from "./broker-stats";

/** What several brokers counted, as if it were one. */
export function sumStats(first: BrokerStats, ...rest: readonly BrokerStats[]): BrokerStats {
  return rest.reduce(plus, first);
}

function plus(a: BrokerStats, b: BrokerStats): BrokerStats {
  return {
    sessions: {
      open: a.sessions.open + b.sessions.open,
      byTransport: counts(a.sessions.byTransport, b.sessions.byTransport),
      opened: a.sessions.opened + b.sessions.opened,
      endedByReason: counts(a.sessions.endedByReason, b.sessions.endedByReason),
    },
    refused: counts(a.refused, b.refused),
    refusals: {
      byReason: counts(a.refusals.byReason, b.refusals.byReason),
      unknown: a.refusals.unknown + b.refusals.unknown,
      dropped: a.refusals.dropped + b.refusals.dropped,
    },
    messages: {
      received: a.messages.received + b.messages.received,
      stored: a.messages.stored + b.messages.stored,
      rejectedByReason: counts(a.messages.rejectedByReason, b.messages.rejectedByReason),
      delivered: a.messages.delivered + b.messages.delivered,
      droppedForSlowSubscribers: a.messages.droppedForSlowSubscribers + b.messages.droppedForSlowSubscribers,
      droppedFromQueues: a.messages.droppedFromQueues + b.messages.droppedFromQueues,
    },
    ingest: {
      queuedMessages: a.ingest.queuedMessages + b.ingest.queuedMessages,
      queuedBytes: a.ingest.queuedBytes + b.ingest.queuedBytes,
      heldBytes: a.ingest.heldBytes + b.ingest.heldBytes,
      // One that cannot store is enough to look.
      storeUp: a.ingest.storeUp && b.ingest.storeUp,
      commits: a.ingest.commits + b.ingest.commits,
      commitMilliseconds: {
        sum: a.ingest.commitMilliseconds.sum + b.ingest.commitMilliseconds.sum,
        buckets: a.ingest.commitMilliseconds.buckets.map((count, index) => count + (b.ingest.commitMilliseconds.buckets[index] ?? 0)),
      },
    },
    memoryBytes: a.memoryBytes + b.memoryBytes,
  };
}

function counts(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const sum = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
