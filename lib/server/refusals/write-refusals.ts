import type { Database } from "../database/client";
import type { RefusalLine } from "./refusal-batch";

/**
 * One statement for the whole batch. A claim without proof belongs to the device or service that bears the name; a name that
 * nobody bears belongs to no fleet, and is left out. Answers how many refusals were kept.
 */
const SQL = `
with given as (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::int[],
    $11::boolean[], $12::int[], $13::text[], $14::text[], $15::text[], $16::int[], $17::timestamptz[], $18::timestamptz[])
  as r(broker, subject, fleet_id, device_id, token_id, action, topic, reason, hour, qos, retain, scope, client_id, address, detail, count, first_at, last_at)
),
owned as (
  select r.*, f.id as owner, case when r.token_id is null then d.id else r.device_id end as of_device
  from given r
  left join device d on r.token_id is null and d.id = r.subject
  left join service s on r.token_id is null and s.id = r.subject
  join fleet f on f.id = coalesce(r.fleet_id, d.fleet_id, s.fleet_id)
),
kept as (
  insert into refusal as x (broker, subject, fleet_id, device_id, token_id, action, topic, reason, hour, qos, retain, scope, client_id, address, detail,
    count, first_at, last_at)
  select broker, subject, owner, of_device, token_id, action::"AccessAction", topic, reason, hour, qos, retain, scope, client_id, address, detail,
    count, first_at, last_at
  from owned order by broker, subject, action, topic, reason, hour
  on conflict (broker, subject, action, topic, reason, hour) do update set count = x.count + excluded.count,
    fleet_id = excluded.fleet_id, device_id = excluded.device_id, token_id = excluded.token_id, qos = excluded.qos, retain = excluded.retain,
    scope = excluded.scope, client_id = excluded.client_id, address = excluded.address, detail = excluded.detail,
    first_at = least(x.first_at, excluded.first_at), last_at = greatest(x.last_at, excluded.last_at)
)
select coalesce(sum(count), 0)::int as kept from owned`;

export async function writeRefusals(pool: Pick<Database["pool"], "query">, lines: readonly RefusalLine[]): Promise<number> {
  const column = <T>(read: (line: RefusalLine) => T) => lines.map(read);
  const { rows } = await pool.query<{ kept: number }>(SQL, [
    column(({ broker }) => broker),
    column(({ subject }) => subject),
    column(({ fleetId }) => fleetId),
    column(({ deviceId }) => deviceId),
    column(({ tokenId }) => tokenId),
    column(({ action }) => action),
    column(({ topic }) => topic),
    column(({ reason }) => reason),
    column(({ hour }) => new Date(hour)),
    column(({ qos }) => qos),
    column(({ retain }) => retain),
    column(({ scope }) => scope),
    column(({ clientId }) => clientId),
    column(({ address }) => address),
    column(({ detail }) => detail),
    column(({ count }) => count),
    column(({ firstAt }) => new Date(firstAt)),
    column(({ lastAt }) => new Date(lastAt)),
  ]);
  return rows[0]?.kept ?? 0;
}
