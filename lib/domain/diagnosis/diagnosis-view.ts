import { z } from "zod";
import { PRESENCE_CAUSES, PRESENCE_STATES } from "@/lib/protocol/presence";
import { LIKELIHOODS } from "./diagnose";
import { evidenceSchema } from "./evidence-view";

const time = z.iso.datetime();

/** Why a device is away: metadata only, the same for every role. */
export const diagnosisSchema = z.object({
  device: z.object({ id: z.string(), name: z.string(), site: z.string().nullable() }),
  at: time,
  answer: z.string(),
  state: z.enum(PRESENCE_STATES),
  cause: z.enum(PRESENCE_CAUSES),
  since: time,
  /** One word per layer between the device and us. */
  layers: z.array(z.object({ name: z.string(), state: z.enum(["good", "bad", "odd", "unknown"]), text: z.string() })),
  hypotheses: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      likelihood: z.enum(LIKELIHOODS),
      evidence: z.array(evidenceSchema),
      next: z.object({ text: z.string(), href: z.string().nullable() }),
    }),
  ),
  tamper: z.object({ suspected: z.boolean(), score: z.number(), evidence: z.array(evidenceSchema) }),
  neighbours: z.object({ where: z.string(), connected: z.number().int(), away: z.number().int() }),
  /** Everything that happened, newest first. */
  events: z.array(
    z.object({
      at: time,
      kind: z.enum(["presence", "session", "refusal", "token", "outage", "posture", "audit"]),
      mark: z.string(),
      text: z.string(),
      detail: z.string(),
    }),
  ),
});
export type DiagnosisView = z.output<typeof diagnosisSchema>;
