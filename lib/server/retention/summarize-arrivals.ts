import type { StepContext } from "../step";

/**
 * Tells the index over arrival times (BRIN) of the pages that were filled since: what it has not heard of, each evaluation of
 * alerts would scan. Postgres does it by itself about once a minute; under load that is too late.
 */
export async function summarizeArrivals({ database, clock }: StepContext): Promise<void> {
  const today = clock.now().toISOString().slice(0, 10).replaceAll("-", "");
  await database.pool.query(
    `select brin_summarize_new_values(x.indexrelid::regclass)
     from pg_index x join pg_class i on i.oid = x.indexrelid join pg_am m on m.oid = i.relam and m.amname = 'brin'
     where x.indrelid in (to_regclass('measurement_' || $1), 'measurement_default'::regclass)`,
    [today],
  );
}
