import type { Cutoff } from "@/lib/domain/tokens/subject-cutoffs";
import type { Database } from "../../database/client";

/** No token lives longer than a year: what is older covers nothing any more. Plain pg: the broker calls it. */
export async function loadCutoffs(pool: Pick<Database["pool"], "query">): Promise<Cutoff[]> {
  const { rows } = await pool.query<Cutoff>(
    `select fleet_id as "fleetId", subject, issued_before as "issuedBefore" from subject_cutoff where issued_before > clock_timestamp() - interval '400 days'`,
  );
  return rows;
}
