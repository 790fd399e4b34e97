import type { Pool, PoolClient } from "pg";
import { HEARTBEAT_LIMIT_MS } from "../presence/handle-broker-runs";

/** Those of the devices that a living broker has a session with now. */
export async function connectedDevices(pool: Pick<Pool | PoolClient, "query">, deviceIds: readonly string[], now: Date): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ device_id: string }>(
    `select distinct s.device_id from session s join broker_run r on r.id = s.broker_run_id
     where s.device_id = any($1) and s.disconnected_at is null and r.ended_at is null and r.alive_at > $2`,
    [deviceIds, new Date(now.getTime() - HEARTBEAT_LIMIT_MS)],
  );
  return new Set(rows.map(({ device_id }) => device_id));
}
