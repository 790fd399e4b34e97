import { z } from "zod";
import { refusalStatsSchema } from "../refusals/refusal-stats";

const count = z.number().int().min(0);
const counts = z.record(z.string(), count);

/** Upper bounds of the commit latency histogram, in milliseconds; one more bucket takes the rest. */
export const COMMIT_BUCKETS_MS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000] as const;

/** What one broker run counted since its start, kept in `broker_run.stats` with the heartbeat. Counters never fall. */
export const brokerStatsSchema = z.object({
  /** Open sessions now, by transport (tcp, tls, ws) and in all. */
  sessions: z.object({ open: count, byTransport: counts, opened: count, endedByReason: counts }),
  /** CONNECTs that were refused, by token refusal or guard reason. */
  refused: counts,
  /** What was not allowed to somebody of ours, publishes and subscriptions too. */
  refusals: refusalStatsSchema.default({ byReason: {}, unknown: 0, dropped: 0 }),
  messages: z.object({
    received: count,
    stored: count,
    rejectedByReason: counts,
    delivered: count,
    /** QoS 0 messages not sent to subscribers that do not read fast enough. */
    droppedForSlowSubscribers: count,
    /** Messages pushed out of full queues of absent subscribers. */
    droppedFromQueues: count,
  }),
  ingest: z.object({
    queuedMessages: count,
    queuedBytes: count,
    /** Held back in front of the ingest, while it is full. */
    heldBytes: count,
    /** False while Postgres does not take our commits. */
    storeUp: z.boolean(),
    commits: count,
    commitMilliseconds: z.object({ sum: z.number(), buckets: z.array(count) }),
  }),
  memoryBytes: count,
});
export type BrokerStats = z.output<typeof brokerStatsSchema>;
