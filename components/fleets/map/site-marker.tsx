import { StateMark } from "@/components/ui/state-mark";
import type { MapSite } from "@/lib/domain/fleets/site-map-view";
import { countsText, sumOf, worstOf } from "./site-summary";
import classes from "./sites-page.module.css";

/** One site, or several that lie over each other at this zoom: shape and colour of the worst state, and how many. */
export function SiteMarker<Site extends MapSite>({
  x,
  y,
  sites,
  chosen,
  onOpen,
}: {
  x: number;
  y: number;
  sites: readonly Site[];
  chosen: boolean;
  onOpen: (sites: readonly Site[]) => void;
}) {
  const sum = sumOf(sites);
  const [first] = sites;
  const name = sites.length === 1 ? first?.name : `${sites.length} sites around ${first?.name}`;
  return (
    <button
      type="button"
      className={classes.marker}
      style={{ left: x, top: y }}
      data-chosen={chosen ? "" : undefined}
      data-several={sites.length > 1 ? "" : undefined}
      aria-label={`${name}, ${countsText(sum)}${sites.length > 1 ? ". Zoom in" : ""}`}
      title={`${name}, ${countsText(sum)}`}
      onClick={() => onOpen(sites)}
    >
      <StateMark state={worstOf(sum)} bare />
      <span>{sites.length > 1 ? `${sites.length} sites` : sum.devices.toLocaleString("en")}</span>
    </button>
  );
}
