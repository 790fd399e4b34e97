import type { BatchView } from "@/lib/domain/claims/batch-view";
import { Prisma } from "@/prisma/generated/client";
import type { Transaction } from "../database/client";

interface Asked {
  db: Pick<Transaction, "$queryRaw">;
  fleetId: string;
  now: Date;
}
type Row = Omit<BatchView, "expiresAt" | "createdAt"> & { expiresAt: Date; createdAt: Date };

/** Batches of this fleet as they are shown, newest first: one, or `limit` after a place. */
export async function batchViews(
  { db, fleetId, now }: Asked,
  which: { id: string } | { limit: number; after?: { at: Date; id: string } },
): Promise<BatchView[]> {
  const condition =
    "id" in which
      ? Prisma.sql`b.id = ${which.id}`
      : which.after
        ? Prisma.sql`(b.created_at, b.id) < (${which.after.at}::timestamptz, ${which.after.id})`
        : Prisma.sql`true`;
  const rows = await db.$queryRaw<Row[]>`
    select b.id, b.name, b.codes, b.expires_at as "expiresAt", b.created_at as "createdAt", b.created_by as "createdBy", c.*
    from claim_batch b
    left join lateral (
      select count(*) filter (where x.revoked_at is null and x.used = 0 and x.expires_at > ${now}::timestamptz)::int as open,
             count(*) filter (where x.used > 0)::int as used, count(*) filter (where x.revoked_at is not null)::int as revoked
      from claim x where x.batch_id = b.id) c on true
    where b.fleet_id = ${fleetId} and ${condition}
    order by b.created_at desc, b.id desc limit ${"id" in which ? 1 : which.limit}`;
  return rows.map(({ expiresAt, createdAt, ...row }) => ({ ...row, expiresAt: expiresAt.toISOString(), createdAt: createdAt.toISOString() }));
}
