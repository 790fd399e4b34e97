"use client";

import { KeyValue } from "@/components/ui/key-value";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import type { Overview } from "@/lib/domain/fleets/overview-view";
import classes from "./overview.module.css";
import { WallLegend } from "./site-wall";

const NAMES = { database: "Database", broker: "Broker", worker: "Worker" } as const;

/** The parts of the console itself: when one of them is down, what the page shows cannot be trusted. */
export function HealthPanel({ health }: { health: Overview["health"] }) {
  return (
    <Panel title="The console itself">
      <KeyValue
        rows={health.map(
          ({ part, ok, detail }) => [NAMES[part], <StateMark key={part} state={ok ? "online" : "offline"} word={detail} tone={ok ? "ok" : "bad"} />] as const,
        )}
      />
      <h3 className={classes.sub}>Reading the wall</h3>
      <WallLegend />
    </Panel>
  );
}
