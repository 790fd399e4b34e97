import { newId } from "@/lib/base/ids";
import { alertRuleInputSchema } from "@/lib/domain/alerts/alert-view";
import { writeVerb } from "../verb";
import { alertRuleView, checkRule, ruleData } from "./alert-rule-row";

/** Makes a rule. It judges the newest values at once, then each that arrives. */
export const addAlertRule = writeVerb({
  permission: "alerts:configure",
  input: alertRuleInputSchema,
  async run(ctx, rule) {
    await checkRule(ctx, rule);
    const data = ruleData(rule);
    const row = await ctx.tx.alertRule.create({ data: { id: newId("alertRule"), fleetId: ctx.fleetId, createdAt: ctx.now, updatedAt: ctx.now, ...data } });
    await ctx.audit({ action: "alert_rule.added", objectKind: "alertRule", objectId: row.id, after: data });
    return alertRuleView(row, 0);
  },
});
