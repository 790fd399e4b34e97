import { z } from "zod";
import { WEBHOOK_EVENTS } from "./webhook-body";

const time = z.iso.datetime();

/** One webhook message to one channel, with how its delivery stands. */
export const deliverySchema = z.object({
  /** The webhook-id: the same on every attempt. */
  id: z.string(),
  channel: z.object({ id: z.string(), name: z.string() }),
  alertId: z.string().nullable(),
  event: z.enum(WEBHOOK_EVENTS),
  state: z.enum(["queued", "delivered", "failed"]),
  attempts: z.number().int(),
  nextAttemptAt: time.nullable(),
  lastStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  createdAt: time,
  deliveredAt: time.nullable(),
});
export type DeliveryView = z.output<typeof deliverySchema>;
