import { z } from "zod";
import { type AlertRuleInput, type AlertRuleView, RULE_KINDS, SEVERITIES } from "@/lib/domain/alerts/alert-view";
import { deviceNameSchema } from "@/lib/domain/devices/device-view";
import { METRIC_PATTERN } from "@/lib/protocol/segments";

const EVERYWHERE = "";

/** What the form holds: flat, with empty text for "everywhere". The server's schema has the last word. */
export const ruleFormSchema = z
  .object({
    kind: z.enum(RULE_KINDS),
    name: deviceNameSchema,
    metric: z.string().trim(),
    comparison: z.enum(["above", "below"]),
    threshold: z.union([z.number(), z.literal("")]),
    holdSeconds: z.number({ error: "A number of seconds." }).int().min(0).max(86_400, "At most a day."),
    severity: z.enum(SEVERITIES),
    siteId: z.string(),
    profileId: z.string(),
  })
  .superRefine(({ kind, metric, threshold }, context) => {
    if (kind !== "threshold") return;
    if (!METRIC_PATTERN.test(metric)) context.addIssue({ code: "custom", path: ["metric"], message: "A metric name, as the device sends it." });
    if (threshold === "") context.addIssue({ code: "custom", path: ["threshold"], message: "A number." });
  });
export type RuleForm = z.input<typeof ruleFormSchema>;

export const emptyRule: RuleForm = {
  kind: "threshold",
  name: "",
  metric: "",
  comparison: "above",
  threshold: "",
  holdSeconds: 60,
  severity: "warning",
  siteId: EVERYWHERE,
  profileId: EVERYWHERE,
};

export function formOfRule(rule: AlertRuleView): RuleForm {
  return {
    kind: rule.kind,
    name: rule.name,
    metric: rule.metric ?? "",
    comparison: rule.comparison ?? "above",
    threshold: rule.threshold ?? "",
    holdSeconds: rule.holdSeconds,
    severity: rule.severity,
    siteId: rule.siteId ?? EVERYWHERE,
    profileId: rule.profileId ?? EVERYWHERE,
  };
}

/** The API's input. Only to be called with a form that passed its schema. */
export function inputOfForm({ kind, metric, comparison, threshold, siteId, profileId, ...rest }: RuleForm): AlertRuleInput {
  const base = { ...rest, siteId: siteId || null, profileId: profileId || null };
  return kind !== "threshold" ? { ...base, kind } : { ...base, kind, metric: metric.trim(), comparison, threshold: Number(threshold) };
}
