import { z } from "zod";
import { INVESTIGATION_VIEWS, type InvestigationGroup, type Investigations } from "@/lib/domain/investigations/investigation-view";
import { type LikelyCause, likelyCauseTitle } from "@/lib/domain/investigations/likely-cause";
import type { Context } from "../context";
import { loadOutages } from "../outages/outage-row";
import { readVerb } from "../verb";
import { ABSENCES } from "./absences";
import { assigneesOf } from "./assignees";

interface Row {
  cause: LikelyCause;
  outage_id: string | null;
  devices: number;
  assigned: number;
  oldest: Date;
}

/** Devices that are offline now, grouped by likely cause, biggest group first; with exact counts of all three views. */
export const listInvestigationGroups = readVerb({
  permission: "devices:read",
  input: z.object({ view: z.enum(INVESTIGATION_VIEWS).default("open"), assigned: z.enum(["me", "nobody"]).optional() }),
  async run(ctx, { view, assigned }): Promise<Investigations> {
    const { pool, prisma } = ctx.database;
    const base = [ctx.fleetId, ctx.clock.now()];
    const me = myId(ctx);
    const [{ rows }, { rows: views }, assignees] = await Promise.all([
      pool.query<Row>(
        `select cause, outage_id, count(*)::int as devices, count(assignee_id)::int as assigned, min(since) as oldest from (${ABSENCES}) x
         where view = $3 and ($4::text is null or ($4 = 'me' and assignee_id = $5) or ($4 = 'nobody' and assignee_id is null))
         group by cause, outage_id order by count(*) desc, min(since), cause, outage_id`,
        [...base, view, assigned ?? null, me],
      ),
      pool.query<{ view: keyof Investigations["counts"]; count: number; mine: number }>(
        `select view, count(*)::int as count, count(*) filter (where assignee_id = $3)::int as mine from (${ABSENCES}) x group by view`,
        [...base, me],
      ),
      assigneesOf(prisma, ctx.fleetId),
    ]);
    const counts = { open: 0, snoozed: 0, closed: 0 };
    for (const row of views) counts[row.view] = row.count;
    return { groups: await named(ctx, rows), counts, mine: views.find((row) => row.view === view)?.mine ?? 0, assignees };
  },
});

/** Nobody is assigned to a key or a process. */
function myId({ actor }: Pick<Context, "actor">): string {
  return actor.kind === "user" ? actor.id : "";
}

async function named({ database, fleetId }: Context, rows: readonly Row[]): Promise<InvestigationGroup[]> {
  const outages = await loadOutages(
    database.pool,
    fleetId,
    rows.flatMap(({ outage_id }) => outage_id ?? []),
  );
  return rows.map(({ cause, outage_id, devices, assigned, oldest }) => ({
    cause,
    outageId: outage_id,
    title: outages.find(({ id }) => id === outage_id)?.title ?? likelyCauseTitle(cause),
    devices,
    assigned,
    oldestSince: oldest.toISOString(),
  }));
}
