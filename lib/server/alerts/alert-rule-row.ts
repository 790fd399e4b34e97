import type { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import type { AlertRuleView, alertRuleInputSchema } from "@/lib/domain/alerts/alert-view";
import type { AlertRuleModel } from "@/prisma/generated/models";
import { refuseWhenSealed } from "../sealed/custody";
import type { WriteContext } from "../verb";
import { severity } from "./alert-row";

export function alertRuleView(row: AlertRuleModel, firing: number): AlertRuleView {
  const { id, name, kind, metric, comparison, threshold, holdSeconds, deviceId, siteId, profileId, enabled } = row;
  return { id, name, kind, metric, comparison, threshold, holdSeconds, severity: severity(row.severity), deviceId, siteId, profileId, enabled, firing };
}

/** The columns of a rule as given. */
export function ruleData(rule: z.output<typeof alertRuleInputSchema>) {
  const { kind, name, holdSeconds, severity, deviceId, siteId, profileId, enabled } = rule;
  const condition =
    rule.kind === "threshold"
      ? { metric: rule.metric, comparison: rule.comparison, threshold: rule.threshold }
      : { metric: null, comparison: null, threshold: null };
  return { kind, name, holdSeconds, severity, deviceId, siteId, profileId, enabled, ...condition };
}

/** What a rule watches must be of this fleet, and its name free. */
export async function checkRule(ctx: WriteContext, rule: z.output<typeof alertRuleInputSchema>, ownId?: string): Promise<void> {
  const { fleetId } = ctx;
  const { deviceId, siteId, profileId, name } = rule;
  if (rule.kind === "threshold" && rule.enabled)
    await refuseWhenSealed(ctx.tx, fleetId, "the server cannot read values, so no rule can judge them.", "Rules about devices that are offline work.");
  if (deviceId !== null && !(await ctx.tx.device.findFirst({ where: { id: deviceId, fleetId }, select: { id: true } }))) throw notFound("device");
  if (siteId !== null && !(await ctx.tx.site.findFirst({ where: { id: siteId, fleetId }, select: { id: true } }))) throw notFound("site");
  if (profileId !== null && !(await ctx.tx.profile.findFirst({ where: { id: profileId, fleetId }, select: { id: true } }))) throw notFound("profile");
  const namesake = await ctx.tx.alertRule.findFirst({ where: { fleetId, name, ...(ownId === undefined ? {} : { id: { not: ownId } }) }, select: { id: true } });
  if (namesake)
    throw new SallyportError("conflict", `There is a rule named ${name} already.`, {
      hint: "Choose another name.",
      fields: [{ path: "name", message: "is taken" }],
    });
}
