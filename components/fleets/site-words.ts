import type { PresenceState } from "@/lib/protocol/presence";

/** A site in a few words: what is wrong there, or that nothing is. At most two states, the worst ones. */
export function siteWords(counts: Record<PresenceState, number>): { text: string; tone: "bad" | "warn" | undefined } {
  const wrong = ORDER.filter(([state]) => counts[state] > 0);
  if (wrong.length === 0) return { text: counts.online > 0 || counts.sleeping === 0 ? "all online" : "all asleep", tone: undefined };
  const [worst] = wrong;
  const text = wrong
    .slice(0, 2)
    .map(([state, word]) => `${counts[state].toLocaleString("en")} ${word}`)
    .join(", ");
  return { text, tone: worst?.[2] };
}

const ORDER: readonly (readonly [PresenceState, string, "bad" | "warn" | undefined])[] = [
  ["offline", "offline", "bad"],
  ["flapping", "flapping", "warn"],
  ["silent", "silent", "warn"],
  ["unknown", "unknown", undefined],
  ["never_seen", "never seen", undefined],
];
