import type { PresenceState } from "@/lib/protocol/presence";

interface Listed {
  total: number;
  facets: Record<PresenceState, number>;
  /** Text, a site or states narrow the list. */
  filtered: boolean;
  states: readonly PresenceState[];
}

const WORDS: Record<PresenceState, string> = {
  online: "online",
  silent: "silent",
  sleeping: "sleeping",
  flapping: "flapping",
  unknown: "unknown",
  offline: "offline",
  never_seen: "never seen",
};

const devices = (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "device" : "devices"}`;

/** The list's heading: how many, and how many of them are away. */
export function listAnswer({ total, facets, filtered, states }: Listed): string {
  if (states.length > 0) return `${devices(total)} ${states.map((state) => WORDS[state]).join(" or ")}`;
  if (filtered) return total === 0 ? "No device matches" : `${devices(total)} ${total === 1 ? "matches" : "match"}`;
  if (total === 0) return "No devices yet";
  return facets.offline > 0
    ? `${facets.offline.toLocaleString("en")} of ${devices(total)} ${facets.offline === 1 ? "is" : "are"} offline`
    : `${devices(total)}, none offline`;
}
