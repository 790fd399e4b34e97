import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { alertRuleInputSchema } from "@/lib/domain/alerts/alert-view";
import { writeVerb } from "../verb";
import { ruleData } from "./alert-rule-row";

/** Removes a rule and the history of its alerts with it; switching it off keeps that. */
export const removeAlertRule = writeVerb({
  permission: "alerts:configure",
  input: z.object({ ruleId: z.string().min(1).max(64) }),
  async run(ctx, { ruleId }) {
    const rule = await ctx.tx.alertRule.findFirst({ where: { id: ruleId, fleetId: ctx.fleetId }, include: { _count: { select: { alerts: true } } } });
    if (!rule) throw notFound("rule");
    const open = await ctx.tx.alert.findMany({
      where: { ruleId, fleetId: ctx.fleetId, state: { not: "resolved" } },
      select: { id: true, deviceId: true, version: true },
    });
    await ctx.tx.alertRule.delete({ where: { id: ruleId, fleetId: ctx.fleetId } });
    if (open.length > 0)
      await ctx.enqueue("live.publish", {
        alerts: open.map(({ id, deviceId, version }) => ({ id, deviceId, state: "resolved", acknowledged: false, version: version + 1 })),
      });
    const before = { ...ruleData(alertRuleInputSchema.parse(rule)), alerts: rule._count.alerts };
    await ctx.audit({ action: "alert_rule.removed", objectKind: "alertRule", objectId: ruleId, before });
    return { ruleId, alertsRemoved: rule._count.alerts };
  },
});
