import { z } from "zod";
import { deviceNameSchema } from "../devices/device-view";

const time = z.iso.datetime();
const named = z.object({ id: z.string(), name: z.string() });
export const RULE_KINDS = ["threshold", "offline", "leak", "posture"] as const;
export const SEVERITIES = ["info", "warning", "critical"] as const;

export const alertSchema = z.object({
  id: z.string(),
  rule: named.extend({ kind: z.enum(RULE_KINDS), severity: z.enum(SEVERITIES) }),
  device: named.extend({ site: z.string().nullable() }),
  state: z.enum(["pending", "firing", "resolved"]),
  pendingAt: time,
  firedAt: time.nullable(),
  resolvedAt: time.nullable(),
  acknowledgedAt: time.nullable(),
  acknowledgedBy: z.string().nullable(),
  comment: z.string().nullable(),
  value: z.number().nullable(),
  detail: z.string(),
  version: z.number().int(),
});
export type AlertView = z.output<typeof alertSchema>;

const ruleBase = z.object({
  name: deviceNameSchema,
  holdSeconds: z.number().int().min(0).max(86_400).default(60),
  severity: z.enum(SEVERITIES).default("warning"),
  deviceId: z.string().max(64).nullable().default(null),
  siteId: z.string().max(64).nullable().default(null),
  profileId: z.string().max(64).nullable().default(null),
  enabled: z.boolean().default(true),
});
export const alertRuleInputSchema = z.discriminatedUnion("kind", [
  ruleBase.extend({
    kind: z.literal("threshold"),
    metric: z.string().min(1).max(64),
    comparison: z.enum(["above", "below"]),
    threshold: z.number(),
  }),
  ruleBase.extend({ kind: z.literal("offline") }),
  /** Sent in the open where the profile requires encryption. */
  ruleBase.extend({ kind: z.literal("leak") }),
  /** Its posture report shows a listener or destination that its profile does not allow, or a jump of its traffic. */
  ruleBase.extend({ kind: z.literal("posture") }),
]);
export type AlertRuleInput = z.input<typeof alertRuleInputSchema>;

export const alertRuleSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(RULE_KINDS),
  metric: z.string().nullable(),
  comparison: z.enum(["above", "below"]).nullable(),
  threshold: z.number().nullable(),
  holdSeconds: z.number().int(),
  severity: z.enum(SEVERITIES),
  deviceId: z.string().nullable(),
  siteId: z.string().nullable(),
  profileId: z.string().nullable(),
  enabled: z.boolean(),
  firing: z.number().int(),
});
export type AlertRuleView = z.output<typeof alertRuleSchema>;

export const channelInputSchema = z.object({ name: deviceNameSchema, url: z.url({ protocol: /^https?$/ }).max(500) });
export const channelSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  enabled: z.boolean(),
  lastDelivery: z
    .object({ state: z.enum(["queued", "delivered", "failed"]), at: time, status: z.number().nullable(), error: z.string().nullable() })
    .nullable(),
});
export type ChannelView = z.output<typeof channelSchema>;
