import { z } from "zod";

const DAY_SECONDS = 86_400;

/** How a rotation goes about it. All devices at once, unless it says otherwise. */
export const rotationPlanSchema = z.object({
  /** So many devices go first, alone. 0: no canary. */
  canaryCount: z.number().int().min(0).max(1_000).default(0),
  /** Of the others, this share goes in each wave. 100: in one. */
  wavePercent: z.number().int().min(1).max(100).default(100),
  /** A wave is looked at for so long, at least, before the next begins. */
  soakSeconds: z.number().int().min(0).max(DAY_SECONDS).default(0),
  /** Halted when more than this share of the devices that are there failed. 100: never. */
  abortPercent: z.number().int().min(0).max(100).default(100),
  /** A device that is there and has not used its new key for so long has failed; at least three of its reporting intervals. */
  patienceSeconds: z.number().int().min(30).max(DAY_SECONDS).default(900),
  /** How long the version before is taken beside the new one, at most. */
  overlapSeconds: z
    .number()
    .int()
    .min(0)
    .max(35 * DAY_SECONDS)
    .default(7 * DAY_SECONDS),
});
export type RotationPlan = z.output<typeof rotationPlanSchema>;

/** Wave of each device, in the order given: the canary is taken from the front. Every device is in exactly one; waves count from 0 without a gap. */
export function assignWaves(devices: number, { canaryCount, wavePercent }: Pick<RotationPlan, "canaryCount" | "wavePercent">): number[] {
  // A canary of everybody is no canary.
  const canary = canaryCount < devices ? canaryCount : 0;
  const size = Math.max(1, Math.ceil(((devices - canary) * wavePercent) / 100));
  const first = canary > 0 ? 1 : 0;
  return Array.from({ length: devices }, (_, index) => (index < canary ? 0 : first + Math.floor((index - canary) / size)));
}
