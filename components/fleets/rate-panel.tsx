"use client";

import dynamic from "next/dynamic";
import { Panel } from "@/components/ui/panel";
import { zoneName } from "@/components/ui/time/format-time";
import { useNowAs } from "@/components/ui/time/now";
import { useZone } from "@/components/ui/time/zone";
import type { Overview } from "@/lib/domain/fleets/overview-view";
import classes from "./overview.module.css";

const RateChart = dynamic(() => import("@/components/charts/rate-chart").then((module) => module.RateChart), {
  ssr: false,
  loading: () => <div style={{ height: 132 }} />,
});

/** Messages stored: now, and per minute over the last hour. */
export function RatePanel({ rate, perSecond }: { rate: Overview["rate"]; perSecond: number }) {
  const zone = useZone();
  const name = useNowAs((now) => (now === 0 ? "" : zoneName(now, zone)));
  const total = rate.reduce((sum, { count }) => sum + count, 0);
  return (
    <Panel title="Messages stored" aside="last hour, per minute" end={name}>
      <p className={classes.now}>
        <b>{perSecond.toLocaleString("en", { maximumFractionDigits: perSecond < 10 ? 1 : 0 })}</b> a second now
        <span>{total.toLocaleString("en")} in the last hour</span>
      </p>
      <RateChart minutes={rate} />
    </Panel>
  );
}
