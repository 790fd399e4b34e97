import type { PoolClient } from "pg";
import type { PresenceInput } from "@/lib/domain/presence/advance-presence";
import { GONE_AFTER_MS } from "@/lib/domain/presence/flapping";
import { SILENCE_INTERVALS, SILENCE_MIN_SECONDS, silenceLimitMs } from "@/lib/domain/presence/silence";
import { SLEEP_TOLERANCE, SLEEP_TOLERANCE_MIN_SECONDS, sleepLimitMs } from "@/lib/domain/presence/sleep";
import { withLock } from "../database/with-lock";
import type { StepContext } from "../step";
import { HEARTBEAT_LIMIT_MS } from "./handle-broker-runs";
import { PRESENCE_COLUMNS, type PresenceRecord, presenceRow } from "./presence-row";
import { advanceAll, writeChanges } from "./write-changes";

/** Last-seen times reach the database about a second late; silence is not called before they can have. */
const LAST_SEEN_LAG_MS = 2_000;

type SweepRecord = PresenceRecord & { last_seen_at: Date | null; reporting_interval_seconds: number; sleep_seconds: number | null };

/**
 * What time alone changes: online -> silent, silent or unknown -> online on a message, unknown -> offline after the grace,
 * sleeping -> offline when its plan is over, flapping -> what it settled at.
 * SQL finds the few that are due, the machine decides. `watchedSince` as in handleBrokerRuns: what was not heard before it is
 * not silence. Answers the changed devices.
 */
export async function sweepPresence({ database, clock }: StepContext, options: { watchedSince: Date; graceSeconds: number; limit?: number }): Promise<number> {
  const { watchedSince, graceSeconds, limit = 5_000 } = options;
  return withLock(database.pool, "presence", async (client) => {
    const now = clock.now();
    const back = await heardAgain(client, limit);
    const quiet = await fallenSilent(client, watchedSince, now, limit);
    const graceFrom = await backPossibleSince(client, watchedSince, now);
    const graceMs = graceSeconds * 1000;
    const expired = graceFrom ? await graceOver(client, new Date(now.getTime() - graceMs), graceFrom, limit, now) : [];
    const overslept = graceFrom ? await sleptTooLong(client, new Date(now.getTime() - graceMs), graceFrom, now, limit) : [];
    const settled = await mayHaveSettled(client, new Date(now.getTime() - GONE_AFTER_MS), limit);
    const advance = (records: readonly SweepRecord[], input: (record: SweepRecord) => PresenceInput | undefined) =>
      records.map((record) => {
        const given = input(record);
        return advanceAll(presenceRow(record), given ? [given] : []);
      });
    return writeChanges(
      client,
      [
        ...advance(back, ({ last_seen_at: at }) => (at ? { kind: "heard", at } : undefined)),
        ...advance(quiet, (record) => ({
          kind: "quiet",
          heardAt: new Date(Math.max(record.last_seen_at?.getTime() ?? 0, watchedSince.getTime())),
          limitMs: silenceLimitMs(record.reporting_interval_seconds),
          now: new Date(now.getTime() - LAST_SEEN_LAG_MS),
        })),
        ...advance(expired, () => ({ kind: "grace", from: graceFrom ?? now, graceMs, now })),
        ...advance(overslept, ({ sleep_seconds: planned }) => ({
          kind: "overslept",
          limitMs: planned === null ? null : sleepLimitMs(planned),
          from: graceFrom ?? now,
          graceMs,
          now,
        })),
        ...advance(settled, () => ({ kind: "settle", watchedSince, backFrom: graceFrom, now })),
      ],
      now,
    );
  });
}

const FROM = `select ${PRESENCE_COLUMNS}, p.last_seen_at, pr.reporting_interval_seconds, pr.sleep_seconds
  from presence p join device d on d.id = p.device_id join profile pr on pr.id = d.profile_id`;
const LIMIT_INTERVAL = `make_interval(secs => greatest(pr.reporting_interval_seconds * ${SILENCE_INTERVALS}, ${SILENCE_MIN_SECONDS}))`;

const SLEEP_INTERVAL = `make_interval(secs => pr.sleep_seconds + greatest(pr.sleep_seconds * ${SLEEP_TOLERANCE}, ${SLEEP_TOLERANCE_MIN_SECONDS}))`;

async function heardAgain(client: PoolClient, limit: number): Promise<SweepRecord[]> {
  const { rows } = await client.query<SweepRecord>(
    `${FROM} where (p.state = 'silent' and p.last_seen_at + ${LIMIT_INTERVAL} > p.since) or (p.state = 'unknown' and p.last_seen_at > p.since) limit $1`,
    [limit],
  );
  return rows;
}

async function fallenSilent(client: PoolClient, watchedSince: Date, now: Date, limit: number): Promise<SweepRecord[]> {
  const { rows } = await client.query<SweepRecord>(
    `${FROM} where p.state = 'online' and greatest(p.last_seen_at, p.since, $1) + ${LIMIT_INTERVAL} < $2 limit $3`,
    [watchedSince, new Date(now.getTime() - LAST_SEEN_LAG_MS), limit],
  );
  return rows;
}

/** While no broker lives, nobody can come back and no grace runs out. Undefined then. */
async function backPossibleSince(client: PoolClient, watchedSince: Date, now: Date): Promise<Date | undefined> {
  const { rows } = await client.query<{ started_at: Date }>(
    "select started_at from broker_run where ended_at is null and alive_at >= $1 order by id desc limit 1",
    [new Date(now.getTime() - HEARTBEAT_LIMIT_MS)],
  );
  const started = rows[0]?.started_at;
  return started && (started > watchedSince ? started : watchedSince);
}

/** Its session was at RabbitMQ, and nobody tells us of that now: it may be connected there all the while. */
const UNWATCHED = `exists (select 1 from session s join broker_run r on r.id = s.broker_run_id and r.node = 'rabbitmq' where s.number = p.session_number
  and not exists (select 1 from broker_run l where l.node = 'rabbitmq' and l.ended_at is null and l.alive_at >= $4))`;

async function graceOver(client: PoolClient, before: Date, from: Date, limit: number, now: Date): Promise<SweepRecord[]> {
  const { rows } = await client.query<SweepRecord>(`${FROM} where p.state = 'unknown' and greatest(p.since, $1) <= $2 and not ${UNWATCHED} limit $3`, [
    from,
    before,
    limit,
    new Date(now.getTime() - HEARTBEAT_LIMIT_MS),
  ]);
  return rows;
}

/** Sleeping devices that should be back: who slept while no broker lived has its grace first. */
async function sleptTooLong(client: PoolClient, before: Date, from: Date, now: Date, limit: number): Promise<SweepRecord[]> {
  const { rows } = await client.query<SweepRecord>(
    `${FROM} where p.state = 'sleeping' and (pr.sleep_seconds is null or ($1::boolean and p.since + ${SLEEP_INTERVAL} < $2)) limit $3`,
    [from <= before, now, limit],
  );
  return rows;
}

/** Flapping devices of which no session began or ended since `before`. */
async function mayHaveSettled(client: PoolClient, before: Date, limit: number): Promise<SweepRecord[]> {
  const { rows } = await client.query<SweepRecord>(
    `${FROM} where p.state = 'flapping' and greatest((p.beneath->>'since')::timestamptz, (p.recent_ends->-1->>'at')::timestamptz) <= $1 limit $2`,
    [before, limit],
  );
  return rows;
}
