import { PROOF_HOURS, type ProofState } from "@/lib/domain/posture/proof";
import type { Queryable } from "../database/queryable";

/** A device `d` with its presence `p` and, if it ever reported, its newest report `r`. */
export const PROOF_TABLES = "device d join presence p on p.device_id = d.id left join posture_report r on r.device_id = d.id";

/** Its ProofState (proof.ts), as SQL over these tables; `now` is a parameter. The only place that decides it. */
export function proofSql(now: string): string {
  const dayAgo = `${now}::timestamptz - make_interval(hours => ${PROOF_HOURS})`;
  return `(case
    when r.device_id is null then case when p.last_seen_at is null then 'no_report' else 'no_agent' end
    when r.received_at <= ${dayAgo} then 'stale'
    when r.inbound is null then 'untold'
    when r.inbound > 0 then 'listening'
    when r.listened_at > ${dayAgo} then 'listened'
    else 'proved' end)`;
}

export async function proofOfDevice(db: Queryable, deviceId: string, now: Date): Promise<ProofState> {
  const { rows } = await db.query<{ proof: ProofState }>(`select ${proofSql("$2")} as proof from ${PROOF_TABLES} where d.id = $1`, [deviceId, now]);
  return rows[0]?.proof ?? "no_report";
}
