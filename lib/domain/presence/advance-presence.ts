import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";
import { sessionEnd } from "./disconnect-cause";

/** What we believe of a device. `sessionNumber`: the newest session we know of; null before the first. */
export interface Presence {
  state: PresenceState;
  cause: PresenceCause;
  since: Date;
  sessionNumber: bigint | null;
}

export type PresenceInput =
  | { kind: "connected"; session: bigint; at: Date }
  | { kind: "disconnected"; session: bigint; reason: string | null; at: Date }
  /** A message came at that moment. */
  | { kind: "heard"; at: Date }
  /** Nothing came since `heardAt`; `limitMs` is how long that is in order. */
  | { kind: "quiet"; heardAt: Date; limitMs: number; now: Date }
  /** A broker run is over, or its heartbeat is lost: sessions up to this number are gone without a word. */
  | { kind: "broker_lost"; upToSession: bigint; at: Date }
  /** The heartbeat is back and this session is still open. */
  | { kind: "broker_back"; session: bigint; at: Date }
  /** Devices could connect again from `from` on; who is not back `graceMs` later is offline. */
  | { kind: "grace"; from: Date; graceMs: number; now: Date };

/**
 * The presence machine. Answers the same object when nothing changes.
 *
 *   input         | never_seen | online            | silent            | unknown             | offline
 *   connected     | online     | online if newer   | online if newer   | online if newer     | online if newer
 *   disconnected  | end        | end if not older  | end if not older  | end if not older(*) | end if newer
 *   heard         | -          | -                 | online            | online if later     | -
 *   quiet         | -          | silent            | -                 | -                   | -
 *   broker_lost   | -          | unknown           | unknown           | -                   | -
 *   broker_back   | -          | -                 | -                 | online if same      | -
 *   grace         | -          | -                 | -                 | offline             | -
 *
 * "newer", "older" compare session numbers, so that duplicates and any order of session events converge. "end" is `offline`,
 * or `unknown` where our own side ended the session. (*) of the same session only when it says more: `offline`.
 * `sleeping` and `flapping` are set by nobody yet; they take inputs as `online` does.
 */
export function advancePresence(presence: Presence, input: PresenceInput): Presence {
  switch (input.kind) {
    case "connected":
      return isNewer(input.session, presence) ? { state: "online", cause: "connected", since: input.at, sessionNumber: input.session } : presence;
    case "disconnected":
      return disconnected(presence, input);
    case "heard":
      return heard(presence, input.at);
    case "quiet":
      return quiet(presence, input);
    case "broker_lost":
      if (!isConnected(presence) || isNewer(presence.sessionNumber, { sessionNumber: input.upToSession })) return presence;
      return { ...presence, state: "unknown", cause: "broker_restarted", since: later(input.at, presence.since) };
    case "broker_back":
      if (presence.state !== "unknown" || presence.cause !== "broker_restarted" || presence.sessionNumber !== input.session) return presence;
      return { ...presence, state: "online", cause: "connected", since: later(input.at, presence.since) };
    case "grace":
      return graceOver(presence, input);
  }
}

function disconnected(presence: Presence, { session, reason, at }: { session: bigint; reason: string | null; at: Date }): Presence {
  const end = sessionEnd(reason);
  const current = session === presence.sessionNumber;
  const saysMore = isConnected(presence) || (presence.state === "unknown" && end.state === "offline");
  return isNewer(session, presence) || (current && saysMore) ? { ...end, since: at, sessionNumber: session } : presence;
}

function heard(presence: Presence, at: Date): Presence {
  const news = presence.state === "silent" || (presence.state === "unknown" && at > presence.since);
  return news ? { ...presence, state: "online", cause: "reporting", since: later(at, presence.since) } : presence;
}

/** The moment it became due counts, not the moment it was noticed. */
function quiet(presence: Presence, { heardAt, limitMs, now }: { heardAt: Date; limitMs: number; now: Date }): Presence {
  const due = new Date(later(heardAt, presence.since).getTime() + limitMs);
  return presence.state === "online" && due < now ? { ...presence, state: "silent", cause: "late", since: due } : presence;
}

function graceOver(presence: Presence, { from, graceMs, now }: { from: Date; graceMs: number; now: Date }): Presence {
  if (presence.state !== "unknown") return presence;
  const due = new Date(later(from, presence.since).getTime() + graceMs);
  if (due > now) return presence;
  const cause = presence.cause === "broker_restarted" ? "not_back_after_broker_restart" : presence.cause;
  return { ...presence, state: "offline", cause, since: due };
}

function isConnected({ state }: Presence): boolean {
  return state === "online" || state === "silent" || state === "sleeping" || state === "flapping";
}

function isNewer(session: bigint | null, { sessionNumber }: { sessionNumber: bigint | null }): boolean {
  return session !== null && (sessionNumber === null || session > sessionNumber);
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}
