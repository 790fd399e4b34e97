import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { OutageDetail } from "@/lib/domain/outages/outage-view";
import type { Database } from "../database/client";
import { readVerb } from "../verb";
import { loadOutages } from "./outage-row";

export const outageIdSchema = z.string().min(1).max(64);

export const getOutage = readVerb({
  permission: "alerts:read",
  input: z.object({ outageId: outageIdSchema }),
  async run({ database, fleetId }, { outageId }): Promise<OutageDetail> {
    const [outage] = await loadOutages(database.pool, fleetId, [outageId]);
    if (!outage) throw notFound("outage");
    return { ...outage, course: await courseOf(database.pool, outageId) };
  },
});

const POINTS = 300;

/** The number of devices away after each loss and return; of very many the last of each stretch. */
async function courseOf(pool: Pick<Database["pool"], "query">, outageId: string): Promise<OutageDetail["course"]> {
  const { rows } = await pool.query<{ at: Date; away: number }>(
    `select at, away from (
       select at, away, row_number() over (order by at) as place, count(*) over () as total from (
         select at, sum(sum(step)) over (order by at)::int as away from (
           select lost_at as at, 1 as step from outage_device where outage_id = $1
           union all select back_at, -1 from outage_device where outage_id = $1 and back_at is not null
         ) steps group by at
       ) moments
     ) numbered where total <= $2 or place = 1 or place = total or place % ceil(total / $2::float)::int = 0 order by at`,
    [outageId, POINTS],
  );
  return rows.map(({ at, away }) => ({ at: at.toISOString(), away }));
}
