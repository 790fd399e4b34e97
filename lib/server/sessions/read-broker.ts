import { type BrokerStats, brokerStatsSchema } from "@/lib/domain/sessions/broker-stats";
import { sumStats } from "@/lib/domain/sessions/sum-stats";
import type { Database } from "../database/client";

/**
 * What the embedded brokers counted in their present runs, in sum, for /metrics: the newest run of each node, while it has not ended.
 * Null when there is none, or none has written counters that this version reads.
 */
export async function readBrokerStats({ pool }: Pick<Database, "pool">): Promise<BrokerStats | null> {
  const { rows } = await pool.query<{ stats: unknown }>(
    `select stats from (select distinct on (node) stats, ended_at from broker_run order by node, id desc) newest where ended_at is null`,
  );
  const [first, ...rest] = rows.flatMap(({ stats }) => brokerStatsSchema.safeParse(stats).data ?? []);
  return first ? sumStats(first, ...rest) : null;
}
