import { z } from "zod";
import { INVESTIGATION_VIEWS } from "./investigation-view";
import { LIKELY_CAUSES } from "./likely-cause";

const LONGEST_SNOOZE_MS = 90 * 86_400_000;

/** What is offered as a reason to close; others may be typed. */
export const CLOSING_REASONS = ["Repaired on site", "Replaced", "Taken out of service", "Expected, no action", "Could not be found out"] as const;

const pickSchema = {
  deviceIds: z.array(z.string().min(1).max(64)).min(1).max(1_000).optional(),
  /** Everything of one line of the queue. */
  group: z
    .object({ cause: z.enum(LIKELY_CAUSES), outageId: z.string().max(64).nullable().default(null), view: z.enum(INVESTIGATION_VIEWS).default("open") })
    .optional(),
};

export const investigationChangeSchema = z
  .object({
    ...pickSchema,
    /** A member's id; null takes it away from whoever has it. */
    assigneeId: z.string().min(1).max(64).nullable().optional(),
    /** Null ends a snooze. */
    snoozedUntil: z.iso.datetime().nullable().optional(),
    note: z.string().trim().min(1).max(1_000).optional(),
    /** Closes with this reason; null opens again. */
    closedReason: z.string().trim().min(1).max(200).nullable().optional(),
  })
  .refine(({ deviceIds, group }) => (deviceIds === undefined) !== (group === undefined), { message: "Name either devices or a group.", path: ["deviceIds"] })
  .refine(({ assigneeId, snoozedUntil, note, closedReason }) => [assigneeId, snoozedUntil, note, closedReason].some((change) => change !== undefined), {
    message: "Say what to change: assigneeId, snoozedUntil, note or closedReason.",
    path: ["note"],
  });
export type InvestigationChange = z.output<typeof investigationChangeSchema>;

/** Why this is no time to snooze until; undefined when it is one. */
export function snoozeProblem(until: Date, now: Date): string | undefined {
  if (until <= now) return "That time is over.";
  return until.getTime() - now.getTime() > LONGEST_SNOOZE_MS ? "At most 90 days from now." : undefined;
}
