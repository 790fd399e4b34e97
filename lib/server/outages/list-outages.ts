import { z } from "zod";
import type { OutageView } from "@/lib/domain/outages/outage-view";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { type Page, readVerb } from "../verb";
import { loadOutages } from "./outage-row";

/** Outages of this fleet: open ones first, then the newest. Merged and withdrawn ones only when asked for by `all`. */
export const listOutages = readVerb({
  permission: "alerts:read",
  input: z.object({
    state: z.enum(["open", "closed"]).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(500).optional(),
  }),
  async run({ database, fleetId }, { state, limit, cursor }): Promise<Page<OutageView>> {
    const search = { state: state ?? null };
    const [rank, openedAt, id] = cursor === undefined ? [null, null, null] : decodeCursor(cursor, search, [z.number().int(), z.iso.datetime(), z.string()]);
    const shown = `fleet_id = $1 and coalesce(closed_reason, '') not in ('merged', 'withdrawn')
      ${state === "open" ? "and closed_at is null" : state === "closed" ? "and closed_at is not null" : ""}`;
    const [{ rows }, counted] = await Promise.all([
      database.pool.query<{ id: string; rank: number; opened_at: Date }>(
        `select * from (select id, (closed_at is not null)::int as rank, opened_at from outage where ${shown}) o
         where $2::int is null or (rank, -extract(epoch from opened_at), id) > ($2, -extract(epoch from $3::timestamptz), $4)
         order by rank, opened_at desc, id limit $5`,
        [fleetId, rank, openedAt, id, limit + 1],
      ),
      database.pool.query<{ count: number }>(`select count(*)::int as count from outage where ${shown}`, [fleetId]),
    ]);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: await loadOutages(
        database.pool,
        fleetId,
        page.map((row) => row.id),
      ),
      nextCursor: rows.length > limit && last ? encodeCursor(search, [last.rank, last.opened_at.toISOString(), last.id]) : null,
      total: counted.rows[0]?.count ?? 0,
    };
  },
});
