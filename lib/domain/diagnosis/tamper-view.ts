import { z } from "zod";
import { evidenceSchema } from "./evidence-view";

/** A device that somebody may have laid hands on, with everything that says so and what speaks against it. */
export const tamperVerdictSchema = z.object({
  device: z.object({ id: z.string(), name: z.string(), site: z.string().nullable() }),
  since: z.iso.datetime(),
  score: z.number(),
  evidence: z.array(evidenceSchema),
});
export type TamperVerdictView = z.output<typeof tamperVerdictSchema>;
