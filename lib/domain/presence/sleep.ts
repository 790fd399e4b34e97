/** A sleeper's clock drifts: it may be late by so much of its plan ... */
export const SLEEP_TOLERANCE = 0.1;
/** ... and by so many seconds at the least, for connecting. */
export const SLEEP_TOLERANCE_MIN_SECONDS = 30;

/** After a goodbye: how long a device may stay away whose profile plans sleeps of up to `sleepSeconds`, in milliseconds. */
export function sleepLimitMs(sleepSeconds: number): number {
  return (sleepSeconds + Math.max(sleepSeconds * SLEEP_TOLERANCE, SLEEP_TOLERANCE_MIN_SECONDS)) * 1000;
}
