import type { LiveSummary } from "@/lib/protocol/live";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";
import type { Database } from "@/lib/server/database/client";

interface Row {
  counts: Partial<Record<PresenceState, number>>;
  this_minute: number;
  last_minute: number;
  rejected: number;
  open_alerts: number;
  open_outages: number;
}

/**
 * The figures of one fleet now, in one round trip. Retired devices count nowhere. The rate is that of the last sixty
 * seconds: all of this minute, and of the minute before the part that lies within them.
 */
export async function summarizeFleet({ pool }: Pick<Database, "pool">, fleetId: string, now: Date): Promise<LiveSummary> {
  const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
  const { rows } = await pool.query<Row>(
    `select coalesce((select json_object_agg(state, count) from (
              select p.state, count(*)::int as count from presence p join device d on d.id = p.device_id and d.lifecycle <> 'retired'
               where p.fleet_id = $1 group by p.state) s), '{}') as counts,
            coalesce((select stored from message_count where fleet_id = $1 and minute = $2), 0) as this_minute,
            coalesce((select stored from message_count where fleet_id = $1 and minute = $2::timestamptz - interval '1 minute'), 0) as last_minute,
            (select coalesce(sum(count), 0)::int from rejected_message where fleet_id = $1 and last_at > $3::timestamptz - interval '1 hour') as rejected,
            (select count(*)::int from alert where fleet_id = $1 and state = 'firing') as open_alerts,
            (select count(*)::int from outage where fleet_id = $1 and closed_at is null) as open_outages`,
    [fleetId, minute, now],
  );
  const row = rows[0] ?? { counts: {}, this_minute: 0, last_minute: 0, rejected: 0, open_alerts: 0, open_outages: 0 };
  const counts = Object.fromEntries(PRESENCE_STATES.map((state) => [state, row.counts[state] ?? 0])) as LiveSummary["counts"];
  const share = 1 - (now.getTime() - minute.getTime()) / 60_000;
  return {
    at: now.toISOString(),
    counts,
    devices: PRESENCE_STATES.reduce<number>((sum, state) => sum + counts[state], 0),
    messagesPerSecond: Math.round(((row.this_minute + row.last_minute * share) / 60) * 10) / 10,
    rejectedLastHour: row.rejected,
    openAlerts: row.open_alerts,
    openOutages: row.open_outages,
  };
}
