import { z } from "zod";
import { latestMeasurementSchema } from "../devices/device-view";

/** A look at values by a role that sees metadata only. The reason stays in the audit log. */
export const revealInputSchema = z.object({
  deviceId: z.string().max(64),
  reason: z.string().trim().min(8, "Say why, in a few words.").max(500),
  /** How far back. */
  minutes: z.number().int().min(1).max(1_440).default(15),
});

export const revealedSchema = z.object({
  /** Newest first; at most 500. */
  readings: z.array(latestMeasurementSchema.pick({ metric: true, time: true, value: true })),
  /** There were more. */
  isCut: z.boolean(),
});
export type Revealed = z.output<typeof revealedSchema>;
