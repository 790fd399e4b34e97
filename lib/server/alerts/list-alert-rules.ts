import { z } from "zod";
import type { AlertRuleView } from "@/lib/domain/alerts/alert-view";
import { type Page, readVerb } from "../verb";
import { alertRuleView } from "./alert-rule-row";

/** Rules of this fleet by name. `cursor` is the last name shown. */
export const listAlertRules = readVerb({
  permission: "alerts:read",
  input: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100), cursor: z.string().max(80).optional() }),
  async run(ctx, { limit, cursor }): Promise<Page<AlertRuleView>> {
    const { alertRule, alert } = ctx.database.prisma;
    const { fleetId } = ctx;
    const [rows, total] = await Promise.all([
      alertRule.findMany({ where: { fleetId, ...(cursor === undefined ? {} : { name: { gt: cursor } }) }, orderBy: { name: "asc" }, take: limit + 1 }),
      alertRule.count({ where: { fleetId } }),
    ]);
    const shown = rows.slice(0, limit);
    const counts = await alert.groupBy({ by: ["ruleId"], where: { fleetId, state: "firing", ruleId: { in: shown.map(({ id }) => id) } }, _count: true });
    const firing = new Map(counts.map(({ ruleId, _count }) => [ruleId, _count]));
    return {
      items: shown.map((row) => alertRuleView(row, firing.get(row.id) ?? 0)),
      nextCursor: rows.length > limit ? (shown.at(-1)?.name ?? null) : null,
      total,
    };
  },
});
