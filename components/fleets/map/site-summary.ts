import { ATTENTION_ORDER } from "@/lib/domain/devices/attention";
import type { MapSite } from "@/lib/domain/fleets/site-map-view";
import { stateText } from "@/lib/domain/presence/cause-text";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";

type Counted = Pick<MapSite, "devices" | "counts">;

/** The state that needs somebody most; of nobody `never_seen`. */
export const worstOf = ({ counts }: Pick<Counted, "counts">): PresenceState => ATTENTION_ORDER.find((state) => counts[state] > 0) ?? "never_seen";

/** How many devices need somebody: neither connected in order nor asleep nor new. */
export const troubleOf = ({ counts: { offline, flapping, silent, unknown } }: Pick<Counted, "counts">) => offline + flapping + silent + unknown;

/** `5 devices: 1 offline, 4 online`, the worst first. */
export function countsText({ devices, counts }: Counted): string {
  if (devices === 0) return "no devices";
  const parts = ATTENTION_ORDER.filter((state) => counts[state] > 0).map((state) => `${counts[state].toLocaleString("en")} ${stateText(state)}`);
  return `${devices.toLocaleString("en")} ${devices === 1 ? "device" : "devices"}: ${parts.join(", ")}`;
}

export function sumOf(sites: readonly Counted[]): Counted {
  const counts = Object.fromEntries(PRESENCE_STATES.map((state) => [state, sites.reduce((sum, site) => sum + site.counts[state], 0)])) as MapSite["counts"];
  return { devices: sites.reduce((sum, { devices }) => sum + devices, 0), counts };
}

/** Who needs somebody first, then by name. */
export function byTrouble(a: Pick<MapSite, "counts" | "name">, b: Pick<MapSite, "counts" | "name">): number {
  return troubleOf(b) - troubleOf(a) || a.name.localeCompare(b.name, "en", { numeric: true });
}
