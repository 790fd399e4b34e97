import { z } from "zod";
import { PRESENCE_STATES } from "@/lib/protocol/presence";
import { END_KINDS } from "./disconnect-cause";
import { sessionSchema } from "./session-view";

const time = z.iso.datetime();

/** What stands on a device's timeline beside its states and sessions. */
export const HISTORY_KINDS = ["will", "network", "token", "key", "firmware", "outage", "lifecycle"] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

export const historyEventSchema = z.object({
  at: time,
  kind: z.enum(HISTORY_KINDS),
  text: z.string(),
  detail: z.string(),
});
export type HistoryEvent = z.output<typeof historyEventSchema>;

/** A device between two moments: what we believed, its connections, and what else happened to it. Everything oldest first. */
export const deviceHistorySchema = z.object({
  from: time,
  to: time,
  /** Each holds until the next; the first may have begun before `from`. */
  states: z.array(z.object({ at: time, state: z.enum(PRESENCE_STATES), cause: z.string(), text: z.string() })),
  sessions: z.array(sessionSchema.extend({ end: z.enum(END_KINDS).nullable() })),
  events: z.array(historyEventSchema),
  /** There is more in this time than is told: the newest is. */
  truncated: z.boolean(),
  connectedShare: z.number().nullable(),
  failures: z.number().int(),
  meanTimeBetweenFailuresMs: z.number().nullable(),
  longestGapMs: z.number(),
  networkChanges: z.number().int(),
});
export type DeviceHistory = z.output<typeof deviceHistorySchema>;
