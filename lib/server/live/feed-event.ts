import { z } from "zod";
import { liveAlertSchema, liveEventSchema } from "@/lib/protocol/live";

/**
 * A line of the live feed on its way out, with what is needed to tell many like it in one line: `group` completes
 * "41 devices ..." ("went offline"), `site` says where.
 */
export const feedEventSchema = liveEventSchema.extend({ group: z.string(), site: z.string().nullable() });
export type FeedEvent = z.output<typeof feedEventSchema>;

/** Payload of an outbox row of kind `live.publish`: what changed in this fleet. */
export const liveOutboxSchema = z.object({
  alerts: z.array(liveAlertSchema).default([]),
  events: z.array(feedEventSchema).default([]),
});
export type LiveOutbox = z.input<typeof liveOutboxSchema>;
