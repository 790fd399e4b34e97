const FIRST_MS = 250;
const LONGEST_MS = 10_000;
/** One that ran this long was healthy: the next crash starts counting anew. */
const HEALTHY_MS = 30_000;

/** How long to wait before the next start, from the wait before the last one (0: none yet) and how long that one ran. */
export function nextDelay(lastDelayMs: number, ranForMs: number): number {
  if (lastDelayMs === 0 || ranForMs >= HEALTHY_MS) return FIRST_MS;
  return Math.min(lastDelayMs * 2, LONGEST_MS);
}
