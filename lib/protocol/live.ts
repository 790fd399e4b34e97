import { z } from "zod";
import { PRESENCE_STATES } from "./presence";

/** `live/summary`, once a second while it changes, retained: what the overview shows without asking the server. */
export const liveSummarySchema = z.object({
  at: z.iso.datetime(),
  counts: z.record(z.enum(PRESENCE_STATES), z.number().int()),
  devices: z.number().int(),
  messagesPerSecond: z.number(),
  rejectedLastHour: z.number().int(),
  openAlerts: z.number().int(),
  openOutages: z.number().int(),
});
export type LiveSummary = z.output<typeof liveSummarySchema>;

/** `live/events`: one thing that happened, newest shown first. `id` is unique, for de-duplication after a reconnect. */
export const liveEventSchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  kind: z.enum(["presence", "alert", "outage", "audit", "rejected"]),
  deviceId: z.string().nullable(),
  deviceName: z.string().nullable(),
  /** Vocabulary word that decides the mark: a presence state, an alert state, or empty. */
  mark: z.string(),
  text: z.string(),
});
export type LiveEvent = z.output<typeof liveEventSchema>;

/** `live/alerts`: an alert changed; the page fetches it again. */
export const liveAlertSchema = z.object({
  id: z.string(),
  deviceId: z.string(),
  state: z.enum(["pending", "firing", "resolved"]),
  acknowledged: z.boolean(),
  version: z.number().int(),
});
export type LiveAlert = z.output<typeof liveAlertSchema>;
