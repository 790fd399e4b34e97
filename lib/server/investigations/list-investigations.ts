import { z } from "zod";
import { INVESTIGATION_VIEWS, type InvestigationView } from "@/lib/domain/investigations/investigation-view";
import { LIKELY_CAUSES } from "@/lib/domain/investigations/likely-cause";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { type Page, readVerb } from "../verb";
import { ABSENCES, type AbsenceRow, absenceView, NOTES } from "./absences";

/** The absences of one view, or of one group of it: those away for longest first. */
export const listInvestigations = readVerb({
  permission: "devices:read",
  input: z.object({
    view: z.enum(INVESTIGATION_VIEWS).default("open"),
    cause: z.enum(LIKELY_CAUSES).optional(),
    outageId: z.string().max(64).optional(),
    assigned: z.enum(["me", "nobody"]).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    cursor: z.string().max(500).optional(),
  }),
  async run({ database, fleetId, clock, actor }, { view, cause, outageId, assigned, limit, cursor }): Promise<Page<InvestigationView>> {
    const search = { view, cause: cause ?? null, outageId: outageId ?? null, assigned: assigned ?? null };
    const [since, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, search, [z.iso.datetime(), z.string()]);
    const shown = `from (${ABSENCES}) x
      where view = $3 and ($4::text is null or cause = $4) and ($5::text is null or outage_id = $5)
        and ($6::text is null or ($6 = 'me' and assignee_id = $7) or ($6 = 'nobody' and assignee_id is null))`;
    const values = [fleetId, clock.now(), view, search.cause, search.outageId, search.assigned, actor.kind === "user" ? actor.id : ""];
    const [{ rows }, counted] = await Promise.all([
      database.pool.query<AbsenceRow & { notes: number; last_note: string | null }>(
        `select x.*, ${NOTES} ${shown} and ($8::timestamptz is null or (since, device_id) > ($8, $9)) order by since, device_id limit $10`,
        [...values, since, id, limit + 1],
      ),
      database.pool.query<{ count: number }>(`select count(*)::int as count ${shown}`, values),
    ]);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(absenceView),
      nextCursor: rows.length > limit && last ? encodeCursor(search, [last.since.toISOString(), last.device_id]) : null,
      total: counted.rows[0]?.count ?? 0,
    };
  },
});
