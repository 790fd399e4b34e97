/** A delivery is tried this often, over about a day; then it has failed for good. */
export const DELIVERY_ATTEMPTS = 12;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;

/**
 * The pause after a failed attempt, in milliseconds: 5 s, 15 s, 45 s ... at most 6 h, each 20 % more or less so that many
 * failed deliveries do not come back at once. `attempts`: made so far. Undefined: no more. `random` in [0, 1).
 */
export function nextPauseMs(attempts: number, random: number): number | undefined {
  if (attempts >= DELIVERY_ATTEMPTS) return undefined;
  const pause = Math.min(FIRST_PAUSE_MS * 3 ** (attempts - 1), LONGEST_PAUSE_MS);
  return Math.round(pause * (0.8 + 0.4 * random));
}
