export interface BackOff {
  baseMs: number;
  capMs: number;
}

/** Network trouble: back within half a minute, 5,000 devices spread over it (reliability fault 15). */
export const NETWORK_BACK_OFF: BackOff = { baseMs: 1_000, capMs: 30_000 };
/** Refused credentials do not mend by themselves: asking often only loads the broker and fills its log. */
export const REFUSED_BACK_OFF: BackOff = { baseMs: 60_000, capMs: 600_000 };

/**
 * Exponential back-off with full jitter: anything from a tenth of the base up to the doubled ceiling, so that a fleet that
 * was cut at one moment does not return at one moment. `attempt` counts from 0, `random` is in [0, 1). Milliseconds.
 */
export function backOffDelayMs(attempt: number, { baseMs, capMs }: BackOff, random: number): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(baseMs / 10 + random * (ceiling - baseMs / 10));
}
