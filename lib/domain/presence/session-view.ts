import { z } from "zod";

const time = z.iso.datetime();

/** One connection of a device. */
export const sessionSchema = z.object({
  number: z.string(),
  connectedAt: time,
  /** Null while it is open. */
  endedAt: time.nullable(),
  /** How it ended, in words; null while it is open, or when our broker died. */
  reason: z.string().nullable(),
  address: z.string(),
  network: z.string().nullable(),
  /** It came from another network than the one before. */
  networkChanged: z.boolean(),
  transport: z.string(),
  keepAliveSeconds: z.number().int(),
});
export type SessionView = z.output<typeof sessionSchema>;

/** The newest sessions of a device, and how steady it was over 30 days. */
export const deviceSessionsSchema = z.object({
  items: z.array(sessionSchema),
  total: z.number().int(),
  days: z.number().int(),
  connectedShare: z.number().nullable(),
  failures: z.number().int(),
  meanTimeBetweenFailuresMs: z.number().nullable(),
  longestGapMs: z.number(),
  networkChanges: z.number().int(),
});
export type DeviceSessions = z.output<typeof deviceSessionsSchema>;
