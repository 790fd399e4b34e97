import { z } from "zod";
import { TTL_MAX_MINUTES } from "./grant-request";

const minutes = z.int().min(1).max(TTL_MAX_MINUTES);

/** What a fleet says about its tokens. Lifetimes in minutes. */
export const tokenPolicySchema = z.object({
  /** No token lives longer. */
  maxMinutes: minutes,
  /** A wide or long grant needs a second admin. */
  fourEyes: z.boolean(),
  /** With four eyes: from this lifetime on a grant is long. */
  longFromMinutes: minutes,
  /** So many days after its token expired a device comes home by its identity key alone; after that a person agrees first. */
  homeGraceDays: z.int().min(0).max(3_650),
});
export type TokenPolicy = z.output<typeof tokenPolicySchema>;

/** `90 days`, `8 hours`, `45 minutes`: the largest unit that fits evenly. */
export function minutesInWords(total: number): string {
  for (const [unit, size] of UNITS) if (total % size === 0) return `${(total / size).toLocaleString("en")} ${unit}${total === size ? "" : "s"}`;
  return `${total} minutes`;
}
const UNITS = [
  ["day", 1_440],
  ["hour", 60],
  ["minute", 1],
] as const;
