import { z } from "zod";
import { PRESENCE_STATES } from "@/lib/protocol/presence";

export const occupancyInputSchema = z.object({
  from: z.string().max(40).default("now-24h"),
  to: z.string().max(40).default("now"),
  /** At most so many answers: longer ranges are averaged. */
  points: z.coerce.number().int().min(2).max(1_000).default(300),
});

/** How many devices were in which state, oldest first. Times that nobody counted are missing. */
export const occupancySchema = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Width of what is averaged: a minute at the least. */
  bucketMs: z.number().int(),
  items: z.array(z.object({ at: z.iso.datetime(), counts: z.record(z.enum(PRESENCE_STATES), z.number()) })),
});
export type Occupancy = z.output<typeof occupancySchema>;
