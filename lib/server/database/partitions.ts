import type { Pool } from "pg";

const DAY_MS = 24 * 3_600_000;
/** UTC days around today that get a partition of their own. What lies outside goes to the default partition. */
const DAYS = [-1, 0, 1, 2];

/** Makes the partitions of the days at hand. To be called at start and then at least once a day; any number of processes may. */
export async function ensureMeasurementPartitions(pool: Pick<Pool, "query">, now: Date): Promise<void> {
  for (const day of DAYS) {
    const date = new Date(now.getTime() + day * DAY_MS).toISOString().slice(0, 10);
    await pool.query("select make_measurement_partition($1)", [date]);
  }
}
