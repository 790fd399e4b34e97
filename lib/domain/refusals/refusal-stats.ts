import { z } from "zod";

const count = z.number().int().min(0);

/** What a broker refused since its start: CONNECTs, publishes and subscriptions. Counters never fall. */
export const refusalStatsSchema = z.object({
  byReason: z.record(z.string(), count),
  /** Of names that no device and no service bears: counted, and kept nowhere. */
  unknown: count,
  /** For which there was no room while they waited for the store. */
  dropped: count,
});
export type RefusalStats = z.output<typeof refusalStatsSchema>;
