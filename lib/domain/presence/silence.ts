/** A device that is connected but sends nothing is `silent` after this many of its reporting intervals ... */
export const SILENCE_INTERVALS = 2.5;
/** ... and not before so many seconds, however short its interval. */
export const SILENCE_MIN_SECONDS = 15;

/** How long a device may keep quiet before it counts as silent, in milliseconds. */
export function silenceLimitMs(reportingIntervalSeconds: number): number {
  return Math.max(reportingIntervalSeconds * SILENCE_INTERVALS, SILENCE_MIN_SECONDS) * 1000;
}
