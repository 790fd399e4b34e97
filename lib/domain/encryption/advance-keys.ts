import { LIMITS } from "@/lib/protocol/limits";
import { type KeyEvent, type KeyState, nextKeyState } from "./key-state";

/** What the wire and the device have said of one version. Times in milliseconds since 1970. */
export interface KeyFacts {
  version: number;
  state: KeyState;
  receivedAt: number | null;
  firstSeenAt: number | null;
  lastSeenAt: number | null;
  /** When a newer version was first seen. */
  supersededAt: number | null;
  retiredAt: number | null;
  /** How long it is taken beside the newer one, at most. */
  overlapMs: number;
  /** The rotation to a newer version is paused or halted, and may be rolled back to this one. */
  isHeld: boolean;
}

export interface KeyChange {
  version: number;
  from: KeyState;
  to: KeyState;
}

/** A version that no message came with for so long, while a newer one is in use, is not seen any more. */
const QUIET_MS = 3_600_000;

/** What has become of the versions of one device. Nothing is guessed: a version moves on by what was really seen. */
export function advanceKeys(keys: readonly KeyFacts[], now: number): KeyChange[] {
  const newestSeen = Math.max(0, ...keys.filter(({ firstSeenAt }) => firstSeenAt !== null).map(({ version }) => version));
  return keys.flatMap((key) => {
    const to = eventsOf(key, newestSeen, now).reduce((state, event) => nextKeyState(state, event, key.receivedAt !== null), key.state);
    return to === key.state ? [] : [{ version: key.version, from: key.state, to }];
  });
}

function eventsOf(key: KeyFacts, newestSeen: number, now: number): KeyEvent[] {
  if (key.version > newestSeen) return [];
  if (key.version === newestSeen) return ["seen"];
  const events: KeyEvent[] = ["newer_seen"];
  if (key.state === "grace" && isOver(key, now)) events.push("over");
  if (key.retiredAt !== null && now - key.retiredAt >= LIMITS.telemetryMaxAgeMs) events.push("forgotten");
  return events;
}

/** Not seen any more, or its overlap has passed. Both count from when the newer version was first seen. */
function isOver({ supersededAt, lastSeenAt, overlapMs, isHeld }: KeyFacts, now: number): boolean {
  if (supersededAt === null || isHeld) return false;
  const quietSince = Math.max(supersededAt, lastSeenAt ?? 0);
  return now - supersededAt >= overlapMs || now - quietSince >= QUIET_MS;
}
