import { endKind } from "./disconnect-cause";

/** A session in the time that is looked at, in milliseconds since 1970. `endedAt`: null while it is open. `reason`: how it ended. */
export interface PastSession {
  connectedAt: number;
  endedAt: number | null;
  reason: string | null;
  network: string | null;
}

export interface Reliability {
  /** Share of the time with a connection since the first session in it, 0 to 1; null without any session. */
  connectedShare: number | null;
  /** Connections that broke: ends that neither the device nor our side wanted. */
  failures: number;
  /** Time connected per failure; null without a failure. */
  meanTimeBetweenFailuresMs: number | null;
  /** The longest time without a session, up to now. */
  longestGapMs: number;
  /** How often a session came from another network than the one before. */
  networkChanges: number;
}

/** How steady a device was, from its sessions in any order, between `from` and `now`. */
export function reliability(sessions: readonly PastSession[], from: number, now: number): Reliability {
  const sorted = [...sessions].sort((a, b) => a.connectedAt - b.connectedAt);
  let connected = 0;
  let longestGapMs = 0;
  let until: number | undefined;
  for (const { connectedAt, endedAt } of sorted) {
    const [start, end] = [Math.max(connectedAt, from), Math.min(endedAt ?? now, now)];
    if (end <= from) continue;
    if (until !== undefined) longestGapMs = Math.max(longestGapMs, start - until);
    connected += Math.max(0, end - Math.max(start, until ?? start));
    until = Math.max(until ?? end, end);
  }
  const first = sorted.find(({ endedAt }) => (endedAt ?? now) > from);
  const known = first ? now - Math.max(first.connectedAt, from) : 0;
  const failures = sorted.filter(({ endedAt, reason }) => endedAt !== null && endedAt > from && endKind(reason) === "broke").length;
  return {
    connectedShare: known > 0 ? connected / known : null,
    failures,
    meanTimeBetweenFailuresMs: failures > 0 ? connected / failures : null,
    longestGapMs: until === undefined ? 0 : Math.max(longestGapMs, now - until),
    networkChanges: sorted.filter(({ network }, index) => index > 0 && sorted[index - 1]?.network !== network).length,
  };
}
