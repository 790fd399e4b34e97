import type { StepContext } from "../step";

/** Dropping takes a short exclusive lock on the table; rather tomorrow than holding up what devices send. */
const LOCK_TIMEOUT = "2s";
const DAY_MS = 86_400_000;

/**
 * Drops whole days of measurements that ended more than `days` days ago, and what the default partition holds from before.
 * Answers the names of the partitions that were dropped.
 */
export async function dropMeasurements({ database, clock, log }: StepContext, days: number): Promise<string[]> {
  const keepFrom = new Date(Math.floor(clock.now().getTime() / DAY_MS) * DAY_MS - days * DAY_MS);
  const firstKept = `measurement_${keepFrom.toISOString().slice(0, 10).replaceAll("-", "")}`;
  const { rows } = await database.pool.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'measurement'::regclass and c.relname ~ '^measurement_[0-9]{8}$' and c.relname < $1 order by 1`,
    [firstKept],
  );
  const dropped: string[] = [];
  for (const { name } of rows) {
    const client = await database.pool.connect();
    try {
      await client.query("begin");
      await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
      await client.query(`drop table "${name}"`);
      await client.query("commit");
      dropped.push(name);
    } catch (error) {
      await client.query("rollback").catch(() => {});
      log.warn({ partition: name, err: error }, "an old partition could not be dropped, trying again later");
    } finally {
      client.release();
    }
  }
  await database.pool.query("delete from measurement_default where time < $1", [keepFrom]);
  return dropped;
}
