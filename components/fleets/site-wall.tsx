"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { memo, useState } from "react";
import { Wall, WallCell } from "@/components/ui/wall/wall";
import type { Overview } from "@/lib/domain/fleets/overview-view";
import classes from "./site-wall.module.css";
import { siteWords } from "./site-words";

type Site = Overview["sites"][number];
const SHOWN = 24;

/** One tile per site, one cell per device. Cells change where they stand; tiles keep their order until the next answer of the server. */
export function SiteWall({ sites }: { sites: readonly Site[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? sites : sites.slice(0, SHOWN);
  // Small fleets get bigger cells; all sites the same, so that they can be compared.
  const columns = sites.every(({ devices }) => devices <= 30) ? 10 : 18;
  return (
    <>
      <ul className={classes.wall}>
        {shown.map((site) => (
          <Tile key={site.id ?? "none"} site={site} columns={columns} />
        ))}
      </ul>
      {sites.length > SHOWN && !all ? (
        <div className={classes.more}>
          <Button size="xs" onClick={() => setAll(true)}>
            Show the other {sites.length - SHOWN} sites
          </Button>
        </div>
      ) : null}
    </>
  );
}

const Tile = memo(function Tile({ site, columns }: { site: Site; columns: number }) {
  const { text, tone } = siteWords(site.counts);
  return (
    <li>
      <Link className={classes.tile} href={site.id === null ? "/devices" : `/devices?site=${site.id}`} prefetch={false}>
        <span className={classes.name}>{site.name}</span>
        <span className={classes.counts} data-tone={tone}>
          <b>{site.devices.toLocaleString("en")}</b> {text}
        </span>
        <Wall states={site.cells.map(({ state }) => state)} columns={columns} />
      </Link>
    </li>
  );
});

const LEGEND = ["online", "offline", "silent", "flapping", "unknown", "sleeping", "never_seen"] as const;
const WORDS = {
  online: "online",
  offline: "offline",
  silent: "silent",
  flapping: "flapping",
  unknown: "unknown",
  sleeping: "sleeping",
  never_seen: "never seen",
};

/** How to read the cells, without colour too. */
export function WallLegend() {
  return (
    <div className={classes.legend}>
      {LEGEND.map((state) => (
        <span key={state}>
          <WallCell state={state} />
          {WORDS[state]}
        </span>
      ))}
    </div>
  );
}
