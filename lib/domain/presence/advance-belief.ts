import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";
import { sessionEnd } from "./disconnect-cause";

/** What the last thing seen says of a device. `sessionNumber`: the newest session we know of; null before the first. */
export interface Belief {
  state: PresenceState;
  cause: PresenceCause;
  since: Date;
  sessionNumber: bigint | null;
}

export type BeliefInput =
  | { kind: "connected"; session: bigint; at: Date }
  /** `sleeps`: the profile of the device plans sleeps, which begin with a goodbye. */
  | { kind: "disconnected"; session: bigint; reason: string | null; at: Date; sleeps?: boolean }
  /** A message came at that moment. */
  | { kind: "heard"; at: Date }
  /** Nothing came since `heardAt`; `limitMs` is how long that is in order. */
  | { kind: "quiet"; heardAt: Date; limitMs: number; now: Date }
  /** A broker run is over, or its heartbeat is lost: sessions up to this number are gone without a word. */
  | { kind: "broker_lost"; upToSession: bigint; at: Date }
  /** The heartbeat is back and this session is still open. */
  | { kind: "broker_back"; session: bigint; at: Date }
  /** Devices could connect again from `from` on; who is not back `graceMs` later is offline. */
  | { kind: "grace"; from: Date; graceMs: number; now: Date }
  /** Who sleeps for longer than `limitMs` is offline; null: its profile plans no sleep any more. The rest as for `grace`. */
  | { kind: "overslept"; limitMs: number | null; from: Date; graceMs: number; now: Date };

/**
 * The machine beneath presence: the last thing seen decides. Answers the same object when nothing changes.
 *
 *   input         | never_seen | online            | silent            | unknown             | offline, sleeping
 *   connected     | online     | online if newer   | online if newer   | online if newer     | online if newer
 *   disconnected  | end        | end if not older  | end if not older  | end if not older(*) | end if newer
 *   heard         | -          | -                 | online            | online if later     | -
 *   quiet         | -          | silent            | -                 | -                   | -
 *   broker_lost   | -          | unknown           | unknown           | -                   | -
 *   broker_back   | -          | -                 | -                 | online if same      | -
 *   grace         | -          | -                 | -                 | offline             | -
 *   overslept     | -          | -                 | -                 | -                   | offline, of sleeping
 *
 * "newer", "older" compare session numbers, so that duplicates and any order of session events converge. "end" is `offline`,
 * `sleeping` after a goodbye where that is planned, or `unknown` where our own side ended the session. (*) of the same session
 * only when it says more than `unknown`. `flapping` is never believed: advance-presence.ts shows it.
 */
export function advanceBelief(belief: Belief, input: BeliefInput): Belief {
  switch (input.kind) {
    case "connected":
      return isNewer(input.session, belief) ? { state: "online", cause: "connected", since: input.at, sessionNumber: input.session } : belief;
    case "disconnected":
      return disconnected(belief, input);
    case "heard":
      return heard(belief, input.at);
    case "quiet":
      return quiet(belief, input);
    case "broker_lost":
      if (!isConnected(belief) || isNewer(belief.sessionNumber, { sessionNumber: input.upToSession })) return belief;
      return { ...belief, state: "unknown", cause: "broker_restarted", since: later(input.at, belief.since) };
    case "broker_back":
      if (belief.state !== "unknown" || belief.cause !== "broker_restarted" || belief.sessionNumber !== input.session) return belief;
      return { ...belief, state: "online", cause: "connected", since: later(input.at, belief.since) };
    case "grace":
      return graceOver(belief, input);
    case "overslept":
      return overslept(belief, input);
  }
}

function disconnected(belief: Belief, { session, reason, at, sleeps }: Extract<BeliefInput, { kind: "disconnected" }>): Belief {
  const end = sessionEnd(reason, sleeps);
  const current = session === belief.sessionNumber;
  const saysMore = isConnected(belief) || (belief.state === "unknown" && end.state !== "unknown");
  return isNewer(session, belief) || (current && saysMore) ? { ...end, since: at, sessionNumber: session } : belief;
}

function heard(belief: Belief, at: Date): Belief {
  const news = belief.state === "silent" || (belief.state === "unknown" && at > belief.since);
  return news ? { ...belief, state: "online", cause: "reporting", since: later(at, belief.since) } : belief;
}

/** The moment it became due counts, not the moment it was noticed. */
function quiet(belief: Belief, { heardAt, limitMs, now }: { heardAt: Date; limitMs: number; now: Date }): Belief {
  const due = new Date(later(heardAt, belief.since).getTime() + limitMs);
  return belief.state === "online" && due < now ? { ...belief, state: "silent", cause: "late", since: due } : belief;
}

function graceOver(belief: Belief, { from, graceMs, now }: { from: Date; graceMs: number; now: Date }): Belief {
  if (belief.state !== "unknown") return belief;
  const due = new Date(later(from, belief.since).getTime() + graceMs);
  if (due > now) return belief;
  const cause = belief.cause === "broker_restarted" ? "not_back_after_broker_restart" : belief.cause;
  return { ...belief, state: "offline", cause, since: due };
}

/** The moment it became due counts. A broker that was away when it woke up is no oversleeping: the grace runs first. */
function overslept(belief: Belief, { limitMs, from, graceMs, now }: Extract<BeliefInput, { kind: "overslept" }>): Belief {
  if (belief.state !== "sleeping") return belief;
  if (limitMs === null) return { ...belief, state: "offline", cause: "clean_disconnect" };
  const due = new Date(Math.max(belief.since.getTime() + limitMs, from.getTime() + graceMs));
  return due > now ? belief : { ...belief, state: "offline", cause: "overslept", since: due };
}

/** A session of it is open. */
export function isConnected({ state }: Pick<Belief, "state">): boolean {
  return state === "online" || state === "silent";
}

function isNewer(session: bigint | null, { sessionNumber }: { sessionNumber: bigint | null }): boolean {
  return session !== null && (sessionNumber === null || session > sessionNumber);
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}
