import type { Clock } from "@/lib/base/clock";
import type { Overview } from "@/lib/domain/fleets/overview-view";
import type { Database } from "@/lib/server/database/client";

export type PartHealth = Overview["health"][number];

/** A process whose heartbeat is older is taken for dead; heartbeats come every two seconds. */
const STALE_MS = 10_000;

/** Whether database, broker and worker do their work, with a reason for people. Never throws: the database being away is an answer. */
export async function checkHealth({ database, clock }: { database: Pick<Database, "pool">; clock: Clock }): Promise<PartHealth[]> {
  const started = performance.now();
  try {
    const { rows } = await database.pool.query<{ broker: Date | null; worker: Date | null; store_up: boolean | null }>(
      // Of several embedded brokers the one that was silent longest counts; one that was not there for a day is gone for good.
      `select b.alive_at as broker, b.store_up, w.alive_at as worker
         from (select 1) one
         left join lateral (
           select min(alive_at) as alive_at, bool_and((stats -> 'ingest' ->> 'storeUp')::boolean) as store_up
           from (select distinct on (node) alive_at, ended_at, stats from broker_run where node <> 'rabbitmq' order by node, id desc) newest
           where ended_at is null and alive_at > (select max(alive_at) from broker_run) - interval '1 day') b on true
         left join lateral (select alive_at from worker_run where ended_at is null order by alive_at desc limit 1) w on true`,
    );
    const row = rows[0];
    const now = clock.now().getTime();
    const broker = heartbeat("broker", row?.broker ?? null, now);
    return [
      { part: "database", ok: true, detail: `answers in ${Math.round(performance.now() - started)} ms` },
      broker.ok && row?.store_up === false ? { part: "broker", ok: false, detail: "cannot store messages: devices wait for their acknowledgement" } : broker,
      heartbeat("worker", row?.worker ?? null, now),
    ];
  } catch {
    const unknown = "cannot be told while the database is away";
    return [
      { part: "database", ok: false, detail: "does not answer" },
      { part: "broker", ok: false, detail: unknown },
      { part: "worker", ok: false, detail: unknown },
    ];
  }
}

function heartbeat(part: "broker" | "worker", aliveAt: Date | null, now: number): PartHealth {
  if (!aliveAt) return { part, ok: false, detail: "is not running" };
  const age = now - aliveAt.getTime();
  if (age > STALE_MS) return { part, ok: false, detail: `no sign of life for ${Math.round(age / 1000)} s` };
  return { part, ok: true, detail: "running" };
}
