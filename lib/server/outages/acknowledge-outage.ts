import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { OutageView } from "@/lib/domain/outages/outage-view";
import { writeVerb } from "../verb";
import { outageIdSchema } from "./get-outage";
import { loadOutages } from "./outage-row";

/** Says that a person knows of the outage. It ends when its devices are back. The first one is kept, as with alerts. */
export const acknowledgeOutage = writeVerb({
  permission: "alerts:acknowledge",
  input: z.object({ outageId: outageIdSchema, comment: z.string().trim().max(500).default("") }),
  async run(ctx, { outageId, comment }): Promise<OutageView> {
    const { count } = await ctx.tx.outage.updateMany({
      where: { id: outageId, fleetId: ctx.fleetId, acknowledgedAt: null },
      data: { acknowledgedAt: ctx.now, acknowledgedBy: ctx.actor.name, comment: comment || null, version: { increment: 1 } },
    });
    const row = await ctx.tx.outage.findFirst({ where: { id: outageId, fleetId: ctx.fleetId } });
    if (!row) throw notFound("outage");
    if (count === 1)
      await ctx.audit({ action: "outage.acknowledged", objectKind: "outage", objectId: outageId, after: { comment: comment || null, shared: row.label } });
    const [outage] = await loadOutages(ctx.database.pool, ctx.fleetId, [outageId]);
    if (!outage) throw notFound("outage");
    return {
      ...outage,
      acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
      acknowledgedBy: row.acknowledgedBy,
      comment: row.comment,
      version: row.version,
    };
  },
});
