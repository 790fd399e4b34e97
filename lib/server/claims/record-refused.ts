import type { ClaimRefusal } from "@/lib/protocol/claim";
import type { WriteContext } from "../verb";

/** Lines per claim: whoever holds a code can invent devices. */
const MOST = 1_000;

/** Counts what was refused, for the claim's page. */
export async function recordRefused(
  { tx, now }: WriteContext,
  claimId: string,
  refusals: readonly { applicant: string; code: ClaimRefusal; serial: string | undefined }[],
): Promise<void> {
  for (const { applicant, code, serial = null } of refusals)
    await tx.$executeRaw`
      insert into claim_refused as r (claim_id, thumbprint, code, serial, count, first_at, last_at)
      select ${claimId}, ${applicant}, ${code}, ${serial}, 1, ${now}::timestamptz, ${now}::timestamptz
      where (select count(*) from claim_refused where claim_id = ${claimId}) < ${MOST}
        or exists (select from claim_refused where claim_id = ${claimId} and thumbprint = ${applicant} and code = ${code})
      on conflict (claim_id, thumbprint, code) do update set count = r.count + 1, last_at = excluded.last_at, serial = excluded.serial`;
}
