import { claimState } from "@/lib/domain/claims/admission";
import type { ClaimView } from "@/lib/domain/claims/claim-view";
import { Prisma } from "@/prisma/generated/client";
import type { ClaimModel } from "@/prisma/generated/models";
import type { Transaction } from "../database/client";

type Row = Omit<ClaimView, "state" | "expiresAt" | "createdAt" | "revokedAt"> & Pick<ClaimModel, "expiresAt" | "createdAt" | "revokedAt">;

interface Asked {
  db: Pick<Transaction, "$queryRaw">;
  fleetId: string;
  now: Date;
}

/** Claims of this fleet as they are shown, newest first: one, or `limit` after a place. Those of a batch are in the list of their batch. */
export async function claimViews(
  { db, fleetId, now }: Asked,
  which: { id: string } | { limit: number; after?: { at: Date; id: string } },
): Promise<ClaimView[]> {
  const condition =
    "id" in which
      ? Prisma.sql`c.id = ${which.id}`
      : which.after
        ? Prisma.sql`c.batch_id is null and (c.created_at, c.id) < (${which.after.at}::timestamptz, ${which.after.id})`
        : Prisma.sql`c.batch_id is null`;
  const rows = await db.$queryRaw<Row[]>`
    select c.id, c.name, c.hint, c.approval::text as approval, s.name as site, coalesce(p.name, '') as profile, c.used, c.use_limit as "useLimit",
           c.serial_count as serials, c.token_days as "tokenDays", c.expires_at as "expiresAt", c.created_at as "createdAt",
           c.created_by as "createdBy", c.revoked_at as "revokedAt", c.revoked_by as "revokedBy",
           c.batch_id as "batchId", c.number,
           exists (select from claim_misuse m where m.claim_id = c.id and m.ended_at is null) as misused, e.*
    from claim c
    left join site s on s.id = c.site_id
    left join profile p on p.id = c.profile_id
    left join lateral (
      select count(*) filter (where x.state in ('waiting', 'approved'))::int as waiting, count(*) filter (where x.state = 'issued')::int as issued,
             count(*) filter (where x.state = 'stored')::int as stored, count(*) filter (where y.state = 'online')::int as online
      from enrolment x left join presence y on y.device_id = x.device_id where x.claim_id = c.id) e on true
    where c.fleet_id = ${fleetId} and ${condition}
    order by c.created_at desc, c.id desc limit ${"id" in which ? 1 : which.limit}`;
  return rows.map(({ expiresAt, createdAt, revokedAt, ...row }) => ({
    ...row,
    state: claimState({ revokedAt, expiresAt, used: row.used, useLimit: row.useLimit }, now),
    expiresAt: expiresAt.toISOString(),
    createdAt: createdAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  }));
}
