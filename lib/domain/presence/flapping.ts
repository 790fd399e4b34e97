import type { Belief } from "./advance-belief";
import { sessionEnd } from "./disconnect-cause";

/** So many sessions that ended ... */
const FLAPPING_ENDS = 4;
/** ... within so long make a device flapping. */
const FLAPPING_WITHIN_MS = 5 * 60_000;
/** Connected for so long without another end, it is online again. */
export const SETTLED_AFTER_MS = 3 * 60_000;
/** Away for so long, it is what its last session's end says. Longer than the pauses of a device that flaps. */
export const GONE_AFTER_MS = 2 * 60_000;

/** A session that ended, and when. */
export interface EndedSession {
  session: bigint;
  at: Date;
}

/**
 * The newest ends by session number, as many as decide, with this one among them if it counts. The same array when it is known
 * or older. Ends by our own side (a broker restart), the end of a token and planned sleep say nothing about the device's connection.
 */
export function withEnd(
  ends: readonly EndedSession[],
  { session, reason, at, sleeps }: EndedSession & { reason: string | null; sleeps?: boolean },
): readonly EndedSession[] {
  const { state, cause } = sessionEnd(reason, sleeps);
  const counts = (state === "offline" && cause !== "token_expired" && cause !== "token_revoked") || cause === "taken_over";
  if (!counts || ends.some((end) => end.session === session)) return ends;
  const newest = [...ends, { session, at }].sort((a, b) => (a.session < b.session ? -1 : 1)).slice(-FLAPPING_ENDS);
  return newest.some((end) => end.session === session) ? newest : ends;
}

/** Whether these ends make the device flapping. Where the broker's restart or its token is why it is away, that is told instead. */
export function isFlapping({ cause, since }: Pick<Belief, "cause" | "since">, ends: readonly EndedSession[]): boolean {
  if (ends.length < FLAPPING_ENDS || OTHERWISE_AWAY.has(cause)) return false;
  const times = ends.map(({ at }) => at.getTime());
  return Math.max(...times) - Math.min(...times) <= FLAPPING_WITHIN_MS && since.getTime() - Math.max(...times) < SETTLED_AFTER_MS;
}

const OTHERWISE_AWAY: ReadonlySet<string> = new Set(["broker_restarted", "not_back_after_broker_restart", "token_expired", "token_revoked"]);
