import { ATTENTION_ORDER } from "@/lib/domain/devices/attention";
import { countLetters, type WallSite } from "@/lib/domain/fleets/wall-view";
import { stateText } from "@/lib/domain/presence/cause-text";

/** `400 devices: 3 offline, 397 online`, the worst first. */
export function siteCounts({ states }: Pick<WallSite, "states">): string {
  const counts = countLetters(states);
  const parts = ATTENTION_ORDER.filter((state) => counts[state] > 0).map((state) => `${counts[state].toLocaleString("en")} ${stateText(state)}`);
  return `${states.length.toLocaleString("en")} ${states.length === 1 ? "device" : "devices"}: ${parts.join(", ")}`;
}

/** In a tile there is room for the worst only: `3 of 400 offline`. */
export function siteSummary({ states }: Pick<WallSite, "states">): string {
  const counts = countLetters(states);
  const all = states.length.toLocaleString("en");
  const worst = ATTENTION_ORDER.find((state) => counts[state] > 0) ?? "never_seen";
  return counts[worst] === states.length ? `all ${all} ${stateText(worst)}` : `${counts[worst].toLocaleString("en")} of ${all} ${stateText(worst)}`;
}

/** How many devices of a site need somebody: neither connected in order nor asleep nor new. */
export function inTrouble({ states }: Pick<WallSite, "states">): number {
  const { offline, flapping, silent, unknown } = countLetters(states);
  return offline + flapping + silent + unknown;
}
