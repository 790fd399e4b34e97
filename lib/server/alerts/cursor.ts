import type { PoolClient } from "pg";

/** How far a part of the evaluation has read. Begins at `now` when it is asked for the first time. */
export async function readCursor(client: PoolClient, name: string, now: Date): Promise<Date> {
  const { rows } = await client.query<{ at: Date }>("select at from worker_cursor where name = $1", [name]);
  if (rows[0]) return rows[0].at;
  await client.query("insert into worker_cursor (name, at) values ($1, $2) on conflict do nothing", [name, now]);
  return now;
}

export async function writeCursor(client: PoolClient, name: string, at: Date): Promise<void> {
  await client.query("update worker_cursor set at = $1 where name = $2", [at, name]);
}
