import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { alertRuleInputSchema, SEVERITIES } from "@/lib/domain/alerts/alert-view";
import { parseInput, writeVerb } from "../verb";
import { alertRuleView, checkRule, ruleData } from "./alert-rule-row";
import { endAlerts } from "./end-alerts";

const scopeId = z.string().max(64).nullable().optional();

/** Only what is named changes. The kind of a rule does not: make another one. */
const input = z.object({
  ruleId: z.string().min(1).max(64),
  name: z.string().optional(),
  metric: z.string().min(1).max(64).optional(),
  comparison: z.enum(["above", "below"]).optional(),
  threshold: z.number().optional(),
  holdSeconds: z.number().int().min(0).max(86_400).optional(),
  severity: z.enum(SEVERITIES).optional(),
  deviceId: scopeId,
  siteId: scopeId,
  profileId: scopeId,
  enabled: z.boolean().optional(),
});

/** Alerts of a condition that is changed or switched off end: they belong to the old one. */
export const changeAlertRule = writeVerb({
  permission: "alerts:configure",
  input,
  async run(ctx, { ruleId, ...changes }) {
    const before = await ctx.tx.alertRule.findFirst({ where: { id: ruleId, fleetId: ctx.fleetId } });
    if (!before) throw notFound("rule");
    const named = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const rule = parseInput(alertRuleInputSchema, { ...before, ...named });
    await checkRule(ctx, rule, ruleId);
    const data = ruleData(rule);
    const row = await ctx.tx.alertRule.update({ where: { id: ruleId, fleetId: ctx.fleetId }, data: { ...data, updatedAt: ctx.now } });
    const other = row.metric !== before.metric || row.comparison !== before.comparison || row.threshold !== before.threshold;
    if (other || !row.enabled) await endAlerts(ctx, { ruleId });
    const { id: _id, fleetId: _fleetId, createdAt: _createdAt, updatedAt: _updatedAt, ...old } = before;
    await ctx.audit({ action: "alert_rule.changed", objectKind: "alertRule", objectId: ruleId, before: old, after: data });
    const firing = await ctx.tx.alert.count({ where: { ruleId, fleetId: ctx.fleetId, state: "firing" } });
    return alertRuleView(row, firing);
  },
});
