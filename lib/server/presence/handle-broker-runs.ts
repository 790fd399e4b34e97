import type { PoolClient } from "pg";
import { withLock } from "../database/with-lock";
import type { StepContext } from "../step";
import { PRESENCE_COLUMNS, type PresenceRecord, presenceRow } from "./presence-row";
import { advanceAll, writeChanges } from "./write-changes";

/** The broker renews its heartbeat every 2 s; five missed ones count as lost. */
export const HEARTBEAT_LIMIT_MS = 10_000;

/**
 * Tells presence what became of broker runs. Devices whose session belongs to a run that is over (superseded on its node,
 * ended, or without heartbeat) become `unknown`; when a lost heartbeat returns, sessions that are still open are online again.
 *
 * `watchedSince`: a heartbeat is judged only from when this worker has been able to see one (not over a Postgres outage).
 * Session events must be handled first. Answers the changed devices.
 */
export async function handleBrokerRuns({ database, clock }: StepContext, watchedSince: Date): Promise<number> {
  return withLock(database.pool, "presence", async (client) => {
    const now = clock.now();
    const aliveAfter = new Date(now.getTime() - HEARTBEAT_LIMIT_MS);
    const lost = await sessionsGone(client, watchedSince < aliveAfter ? aliveAfter : new Date(0));
    const back = await sessionsBack(client, aliveAfter);
    const changed = [
      ...lost.map((record) => ({
        record,
        input: { kind: "broker_lost", upToSession: BigInt(record.session_number ?? 0), at: record.over_at ?? now } as const,
      })),
      ...back.map((record) => ({ record, input: { kind: "broker_back", session: BigInt(record.session_number ?? 0), at: now } as const })),
    ].map(({ record, input }) => advanceAll(presenceRow(record), [input]));
    await client.query("update broker_run set handled_at = $1 where handled_at is null", [now]);
    return writeChanges(client, changed, now);
  });
}

/** `over_at`: when the next run started, or this one ended; null when only its heartbeat is missing. */
type GoneRecord = PresenceRecord & { over_at: Date | null };

/** Looks at devices only while there is a new run or the newest one of a node does not live: costs nothing else. */
async function sessionsGone(client: PoolClient, aliveAfter: Date): Promise<GoneRecord[]> {
  const { rows: reasons } = await client.query(
    `select 1 from broker_run r
     where r.handled_at is null
        or (r.id = (select max(id) from broker_run n where n.node = r.node) and (r.ended_at is not null or r.alive_at < $1))
     limit 1`,
    [aliveAfter],
  );
  if (reasons.length === 0) return [];
  const { rows } = await client.query<GoneRecord>(
    `select ${PRESENCE_COLUMNS}, coalesce(next.started_at, r.ended_at) as over_at
     from presence p
     join session s on s.number = p.session_number
     join broker_run r on r.id = s.broker_run_id
     left join lateral (select started_at from broker_run n where n.node = r.node and n.id > r.id order by n.id limit 1) next on true
     where p.state in ('online', 'silent', 'flapping')
       and (next.started_at is not null or r.ended_at is not null or r.alive_at < $1)`,
    [aliveAfter],
  );
  return rows;
}

async function sessionsBack(client: PoolClient, aliveAfter: Date): Promise<PresenceRecord[]> {
  const { rows } = await client.query<PresenceRecord>(
    `select ${PRESENCE_COLUMNS}
     from presence p
     join session s on s.number = p.session_number and s.disconnected_at is null
     join broker_run r on r.id = s.broker_run_id and r.ended_at is null and r.alive_at >= $1
     where p.state = 'unknown' and p.cause = 'broker_restarted'
       and not exists (select 1 from broker_run n where n.node = r.node and n.id > r.id)`,
    [aliveAfter],
  );
  return rows;
}
