import { advanceBelief, type Belief, type BeliefInput, isConnected } from "./advance-belief";
import { type EndedSession, GONE_AFTER_MS, isFlapping, SETTLED_AFTER_MS, withEnd } from "./flapping";

/** What we tell of a device, and what the next step needs to know. */
export interface Presence extends Belief {
  /** The newest session ends that count for flapping, in the order of session numbers. */
  ends: readonly EndedSession[];
  /** What the last thing seen says, while `flapping` is told instead; null otherwise. */
  beneath: Omit<Belief, "sessionNumber"> | null;
}

export type PresenceInput =
  | BeliefInput
  /** Time passed. Ends of sessions would have been seen since `watchedSince`; devices could connect from `backFrom` on, if at all. */
  | { kind: "settle"; watchedSince: Date; backFrom: Date | undefined; now: Date };

/**
 * The presence machine. Answers the same object when nothing changes.
 *
 * It has two modes. Told as it is believed: the state is that of the machine in advance-belief.ts, whose table has every
 * transition. Flapping: sessions end too often to be worth telling each time (flapping.ts); the belief moves on beneath it.
 *
 *   input                    | told as believed                   | flapping
 *   connected, disconnected  | flapping, if the ends are too many | stays while they are; else told as believed
 *   broker_lost              | belief                             | `unknown`, if a session was open
 *   heard, broker_back       | belief, or flapping again          | -
 *   quiet, grace, overslept  | belief                             | -
 *   settle                   | -                                  | `online` when stable, the belief when gone
 *
 * Whether it flaps depends on belief and ends alone, both of which converge over any order of session events; only `since`
 * of `flapping` is the moment it was noticed.
 */
export function advancePresence(presence: Presence, input: PresenceInput): Presence {
  if (input.kind === "settle") return settle(presence, input);
  if (presence.state === "flapping" && TOLD_ONLY.has(input.kind)) return presence;
  const belief = beliefOf(presence);
  const next = advanceBelief(belief, input);
  const ends = input.kind === "disconnected" ? withEnd(presence.ends, input) : presence.ends;
  if (next === belief && ends === presence.ends) return presence;
  if (!isFlapping(next, ends)) return { ...next, ends, beneath: null };
  const { sessionNumber, ...beneath } = next;
  const since = presence.state === "flapping" ? presence.since : next.since;
  return { state: "flapping", cause: "reconnecting", since, sessionNumber, ends, beneath };
}

/** What says nothing about a device that flaps. */
const TOLD_ONLY: ReadonlySet<PresenceInput["kind"]> = new Set(["heard", "quiet", "grace", "overslept"]);

/** Whether this change is one to tell: in the timeline, to consoles and programs. What a flapping device does meanwhile is not. */
export function isTold(before: Presence, after: Presence): boolean {
  if (before.state !== after.state || before.cause !== after.cause || before.since.getTime() !== after.since.getTime()) return true;
  return before.sessionNumber !== after.sessionNumber && after.state !== "flapping";
}

function beliefOf({ state, cause, since, sessionNumber, beneath }: Presence): Belief {
  return beneath ? { ...beneath, sessionNumber } : { state, cause, since, sessionNumber };
}

/** The moment it became due counts, not the moment it was noticed. What was counted is forgotten: it starts anew. */
function settle(presence: Presence, { watchedSince, backFrom, now }: { watchedSince: Date; backFrom: Date | undefined; now: Date }): Presence {
  const { beneath, ends, sessionNumber } = presence;
  if (presence.state !== "flapping" || !beneath) return presence;
  const stable = isConnected(beneath);
  const from = stable ? watchedSince : backFrom;
  if (!from) return presence;
  const last = Math.max(from.getTime(), beneath.since.getTime(), ...ends.map(({ at }) => at.getTime()));
  const since = new Date(last + (stable ? SETTLED_AFTER_MS : GONE_AFTER_MS));
  if (since > now) return presence;
  return { ...(stable ? { state: "online", cause: "settled" } : beneath), since, sessionNumber, ends: [], beneath: null };
}
