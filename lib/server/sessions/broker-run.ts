import type { BrokerStats } from "@/lib/domain/sessions/broker-stats";
import type { Database } from "../database/client";

type Queryable = Pick<Database["pool"], "query">;

/**
 * Begins a run of this node and ends what earlier ones of it left open, as of their last heartbeat. Answers the run's number. Presence hears of it
 * by the run itself, not by an event per device: a restart makes devices unknown, never offline.
 */
export async function beginRun(pool: Queryable, node: string, now: Date): Promise<number> {
  const { rows } = await pool.query<{ id: string }>(
    `with fresh as (insert into broker_run (node, started_at, alive_at) values ($1, $2, $2) returning id),
     old as (update broker_run set ended_at = alive_at where node = $1 and ended_at is null and id < (select id from fresh)),
     closed as (update session s set disconnected_at = r.alive_at, disconnect_reason = 'SERVER_ERROR'
                from broker_run r where r.id = s.broker_run_id and r.node = $1 and s.disconnected_at is null),
     told as (select pg_notify('session_event', ''))
     select fresh.id from fresh, told`,
    [node, now],
  );
  return Number(rows[0]?.id);
}

export async function beat(pool: Queryable, run: number, now: Date, stats: BrokerStats | null): Promise<void> {
  await pool.query("update broker_run set alive_at = $2, stats = $3 where id = $1", [run, now, JSON.stringify(stats)]);
}

/** An orderly end: what is open now was closed by us. */
export async function endRun(pool: Queryable, run: number, now: Date): Promise<void> {
  await pool.query(
    `with closed as (update session set disconnected_at = $2, disconnect_reason = 'SERVER_INITIATED_DISCONNECT' where broker_run_id = $1 and disconnected_at is null),
     told as (select pg_notify('session_event', '')),
     ended as (update broker_run set ended_at = $2, alive_at = $2 where id = $1 returning id)
     select id from ended, told`,
    [run, now],
  );
}
