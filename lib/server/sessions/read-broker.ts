import { type BrokerStats, brokerStatsSchema } from "@/lib/domain/sessions/broker-stats";
import type { Database } from "../database/client";

export interface BrokerState {
  startedAt: Date;
  aliveAt: Date;
  endedAt: Date | null;
  /** Null when the run has written none yet, or an older version wrote others. */
  stats: BrokerStats | null;
}

/** The newest run of the broker, for /metrics and /api/health; null when there was none. Older than five beats (10 s): it is away. */
export async function readBroker(database: Database): Promise<BrokerState | null> {
  const run = await database.prisma.brokerRun.findFirst({ orderBy: { id: "desc" } });
  if (!run) return null;
  const stats = brokerStatsSchema.safeParse(run.stats);
  return { startedAt: run.startedAt, aliveAt: run.aliveAt, endedAt: run.endedAt, stats: stats.success ? stats.data : null };
}
