import type { Overview } from "@/lib/domain/fleets/overview-view";
import type { LiveSummary } from "@/lib/protocol/live";
import { PRESENCE_STATES, type PresenceMessage } from "@/lib/protocol/presence";

type Site = Overview["sites"][number];

/**
 * The overview's sites with what the live link said since: cells change where they stand (nothing moves under the pointer)
 * and the counts move with them. Devices beyond a site's drawn cells wait for the next answer of the server.
 */
export function patchSites(sites: readonly Site[], presence: ReadonlyMap<string, PresenceMessage>): Site[] {
  return sites.map((site) => patchSite(site, presence));
}

function patchSite(site: Site, presence: ReadonlyMap<string, PresenceMessage>): Site {
  const counts = { ...site.counts };
  let changed = false;
  const cells = site.cells.map((cell) => {
    const state = presence.get(cell.id)?.state;
    if (state === undefined || state === cell.state) return cell;
    changed = true;
    counts[cell.state] = Math.max(0, counts[cell.state] - 1);
    counts[state] += 1;
    return { ...cell, state };
  });
  return changed ? { ...site, cells, counts } : site;
}

/**
 * The counts as the cells show them, when every device has one: they change with the cell, while the summary comes a moment
 * later, and the two would contradict each other on one page.
 */
export function withSiteCounts(summary: LiveSummary, sites: readonly Site[]): LiveSummary {
  const drawn = sites.reduce((sum, { cells }) => sum + cells.length, 0);
  if (drawn !== summary.devices) return summary;
  const counts = { ...summary.counts };
  for (const state of PRESENCE_STATES) counts[state] = sites.reduce((sum, site) => sum + site.counts[state], 0);
  return { ...summary, counts };
}
