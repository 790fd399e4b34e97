"use client";

import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Panel } from "@/components/ui/panel";
import { formatAbsolute } from "@/components/ui/time/format-time";
import { Time } from "@/components/ui/time/time";
import { useZone } from "@/components/ui/time/zone";
import { occupancyQuery } from "@/lib/client/queries/wall";
import { useSession } from "@/lib/client/session";
import type { Occupancy } from "@/lib/domain/fleets/occupancy-view";
import { partCount, STACK, stackedPaths } from "./occupancy-path";
import classes from "./wall-page.module.css";

const RANGES = ["1h", "24h", "7d", "30d"] as const;
type Range = (typeof RANGES)[number];

/** How many devices were here, over time. */
export function OccupancyPanel() {
  const { fleet } = useSession();
  const [range, setRange] = useQueryState("range", parseAsStringLiteral(RANGES).withDefault("24h"));
  const occupancy = useQuery(occupancyQuery(fleet.id, range));
  return (
    <Panel
      title="Here over time"
      aside="devices by state, counted once a minute"
      end={
        <SegmentedControl
          aria-label="Range"
          value={range}
          onChange={(value) => void setRange(value as Range)}
          data={RANGES.map((value) => ({ value, label: value.replace(/(\d+)/, "$1 ") }))}
        />
      }
    >
      <Loaded query={occupancy} what="how many devices were here" loading={<LoadingRows rows={1} height={140} />}>
        {(data) =>
          data.items.length === 0 ? <EmptyState title="Nothing counted yet">The first count comes within a minute.</EmptyState> : <Chart occupancy={data} />
        }
      </Loaded>
    </Panel>
  );
}

function Chart({ occupancy }: { occupancy: Occupancy }) {
  const zone = useZone();
  const { top, paths } = stackedPaths(occupancy);
  const points = occupancy.items.map(({ at, counts }) => ({ at, count: Math.round(partCount(counts, "connected")) }));
  const least = points.reduce((a, b) => (b.count < a.count ? b : a));
  const most = points.reduce((a, b) => (b.count > a.count ? b : a));
  const said = ({ at, count }: { at: string; count: number }) => `${count.toLocaleString("en")} at ${formatAbsolute(Date.parse(at), zone)}`;
  return (
    <>
      <svg
        className={classes.occupancy}
        viewBox="0 0 1000 100"
        preserveAspectRatio="none"
        role="img"
        aria-label={`Devices by state over time. Connected at least ${said(least)}, at most ${said(most)}.`}
      >
        {paths.map(({ part, d }) => (
          <path key={part} data-part={part} d={d} />
        ))}
      </svg>
      <div className={classes.ends}>
        <Time at={occupancy.from} form="moment" />
        <span>{Math.round(top).toLocaleString("en")} devices at most</span>
        <Time at={occupancy.to} form="moment" />
      </div>
      <div className={classes.legend}>
        {STACK.map(({ part }) => (
          <span key={part}>
            <i data-part={part} aria-hidden="true" />
            {part}
          </span>
        ))}
      </div>
      <p className={classes.said}>
        Connected: at least {said(least)}, at most {said(most)}.
      </p>
    </>
  );
}
