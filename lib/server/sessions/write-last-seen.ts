import type { Database } from "../database/client";

/** When each device was last heard, in milliseconds since 1970. Never moves back. */
export async function writeLastSeen(pool: Pick<Database["pool"], "query">, seen: ReadonlyMap<string, number>): Promise<void> {
  const ids = [...seen.keys()].sort();
  await pool.query({
    name: "write-last-seen",
    text: `update presence p set last_seen_at = greatest(p.last_seen_at, to_timestamp(s.at / 1000))
           from unnest($1::text[], $2::float8[]) as s(device_id, at) where p.device_id = s.device_id`,
    values: [ids, ids.map((id) => seen.get(id))],
  });
}
