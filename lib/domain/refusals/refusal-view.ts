import { z } from "zod";
import { metaSchema, scopeSchema } from "@/lib/protocol/access";
import { explanationSchema } from "../tokens/explanation";
import { REFUSED_ACTIONS, REFUSING_BROKERS } from "./refusal-reasons";

const time = z.iso.datetime();

/** What a broker refused within one hour: one line for one holder, action, topic and reason. Never a payload, never a secret. */
export const refusalViewSchema = z.object({
  id: z.string(),
  subject: z.string(),
  /** Name of the device, person or service, when there is one. */
  subjectName: z.string().nullable(),
  deviceId: z.string().nullable(),
  tokenId: z.string().nullable(),
  /** False: somebody claimed this name and did not prove it. */
  proven: z.boolean(),
  broker: z.enum(REFUSING_BROKERS),
  action: z.enum(REFUSED_ACTIONS),
  topic: z.string(),
  reason: z.string(),
  /** The reason in a few words. */
  reasonWords: z.string(),
  qos: z.int().nullable(),
  retain: z.boolean().nullable(),
  clientId: z.string(),
  address: z.string(),
  detail: z.string(),
  count: z.int(),
  firstAt: time,
  lastAt: time,
});
export type RefusalView = z.output<typeof refusalViewSchema>;

const tokenFactsSchema = z.object({
  id: z.string(),
  label: z.string(),
  subject: z.string(),
  subjectKind: z.enum(["device", "console", "service"]),
  scopes: z.array(scopeSchema),
  meta: metaSchema,
  clientId: z.string().nullable(),
  expiresAt: time,
  state: z.enum(["live", "expired", "revoked"]),
});

/** One refusal with everything that tells why. */
export const refusalExplainedSchema = refusalViewSchema.extend({
  /** What happened, and what to do about it, each as one sentence or two. */
  sentence: z.string(),
  nextStep: z.string(),
  /** The token it came with, with its scopes as they were granted; null when none was proven. */
  token: tokenFactsSchema.nullable(),
  /** What the evaluator says to the same request today; null when there is no topic to judge. */
  explanation: explanationSchema.nullable(),
  /** Other live tokens of the same holder that allow it. */
  others: z.array(z.object({ id: z.string(), label: z.string(), expiresAt: time })),
});
export type RefusalExplained = z.output<typeof refusalExplainedSchema>;
