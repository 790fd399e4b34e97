import { networkPrefix } from "@/lib/domain/outages/network-prefix";
import { causeText } from "@/lib/domain/presence/cause-text";
import { sessionEnd } from "@/lib/domain/presence/disconnect-cause";
import { type Reliability, reliability } from "@/lib/domain/presence/reliability";
import type { SessionView } from "@/lib/domain/presence/session-view";
import type { Database } from "../database/client";

interface Row {
  number: string;
  connected_at: Date;
  disconnected_at: Date | null;
  disconnect_reason: string | null;
  will_topic: string | null;
  address: string;
  transport: string;
  keep_alive_seconds: number;
  /** When the broker run of a session that nobody ended was over. */
  over_at: Date | null;
  /** Of the session before it. */
  address_before: string | null;
}

/** One session as stored: its end also where only its broker's run was over. */
export interface PastSessionRow extends Row {
  ended: Date | null;
  network: string | null;
  networkBefore: string | null;
}

/** Sessions of a device that were open at some time between two moments, newest first, at most `limit`. */
export async function sessionsBetween(
  { pool }: Pick<Database, "pool">,
  { fleetId, deviceId }: { fleetId: string; deviceId: string },
  { from, to, limit }: { from: Date; to: Date; limit: number },
): Promise<PastSessionRow[]> {
  const { rows } = await pool.query<Row>(
    `select s.number, s.connected_at, s.disconnected_at, s.disconnect_reason, s.will_topic, s.address, s.transport, s.keep_alive_seconds,
       (select address from session b where b.device_id = s.device_id and b.number < s.number order by b.number desc limit 1) as address_before,
       coalesce(r.ended_at, case when exists (select 1 from broker_run n where n.node = r.node and n.id > r.id) then r.alive_at end) as over_at
     from session s left join broker_run r on r.id = s.broker_run_id
     where s.device_id = $1 and s.fleet_id = $2 and s.connected_at < $4 and (s.disconnected_at is null or s.disconnected_at > $3) order by s.number desc limit $5`,
    [deviceId, fleetId, from, to, limit],
  );
  return rows.map((row) => ({
    ...row,
    ended: row.disconnected_at ?? row.over_at,
    network: networkOf(row.address),
    networkBefore: row.address_before === null ? null : networkOf(row.address_before),
  }));
}

const networkOf = (address: string) => networkPrefix(address, { v4: 24, v6: 48 }) ?? null;

export function sessionView(row: PastSessionRow): SessionView {
  return {
    number: row.number,
    connectedAt: row.connected_at.toISOString(),
    endedAt: row.ended?.toISOString() ?? null,
    reason: row.disconnected_at ? causeText(sessionEnd(row.disconnect_reason).cause) : null,
    address: row.address,
    network: row.network,
    networkChanged: row.address_before !== null && row.network !== row.networkBefore,
    transport: row.transport,
    keepAliveSeconds: row.keep_alive_seconds,
  };
}

export function steadiness(rows: readonly PastSessionRow[], from: number, to: number): Reliability {
  return reliability(
    rows.map(({ connected_at, ended, disconnect_reason, network }) => ({
      connectedAt: connected_at.getTime(),
      endedAt: ended?.getTime() ?? null,
      reason: disconnect_reason,
      network,
    })),
    from,
    to,
  );
}
