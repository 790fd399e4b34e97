import type { StepContext } from "../step";

const MINUTE_MS = 60_000;

/** Once a minute: how many devices of each fleet are in which state. One look over presence, whoever of the workers comes first. */
export async function countPresence({ database, clock }: StepContext): Promise<number> {
  const minute = new Date(Math.floor(clock.now().getTime() / MINUTE_MS) * MINUTE_MS);
  const counted = (state: string) => `count(*) filter (where p.state = '${state}')`;
  const { rowCount } = await database.pool.query(
    `insert into presence_count (fleet_id, minute, online, silent, sleeping, flapping, unknown, offline, never_seen)
     select p.fleet_id, $1, ${["online", "silent", "sleeping", "flapping", "unknown", "offline", "never_seen"].map(counted).join(", ")}
     from presence p join device d on d.id = p.device_id and d.lifecycle <> 'retired'
     where not exists (select 1 from presence_count where minute = $1)
     group by p.fleet_id on conflict do nothing`,
    [minute],
  );
  return rowCount ?? 0;
}
