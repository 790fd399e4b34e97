import { z } from "zod";

const time = z.iso.datetime();
const count = z.number().int();

/** What the API answers about a device that was retired: what that did, counted. Its history stays. */
export const decommissionSchema = z.object({
  id: z.string(),
  deviceId: z.string(),
  at: time,
  by: z.string(),
  reason: z.string(),
  /** The job that it was a part of. */
  jobId: z.string().nullable(),
  tokens: count,
  /** The signed receipt of what was cut is there; null when no token was left. */
  revocationId: z.string().nullable(),
  sessions: z.object({ total: count, cut: count, open: count, lastCutMilliseconds: z.number().nullable() }),
  keysDestroyed: count,
  /** Rotations of keys that its turn had not come in. */
  rotationsLeft: count,
  /** Ways in that it had begun by a claim. */
  enrolmentsClosed: count,
  alertsEnded: count,
  /** Commands that it had not got yet. */
  commandsCancelled: count,
  investigationsClosed: count,
  /** When its retained messages were gone from the broker; null while they are not. */
  retainedClearedAt: time.nullable(),
});
export type DecommissionView = z.output<typeof decommissionSchema>;

export const decommissionInputSchema = z.object({
  deviceId: z.string().max(64),
  /** Stays in the record, and is signed with the receipt. */
  reason: z.string().trim().max(200).default(""),
});

/** Is nothing of it under way any more? */
export function isComplete({ sessions, retainedClearedAt }: DecommissionView): boolean {
  return sessions.open === 0 && retainedClearedAt !== null;
}
