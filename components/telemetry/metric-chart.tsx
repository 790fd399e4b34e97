"use client";

import dynamic from "next/dynamic";
import { useCallback, useState } from "react";
import { formatValue } from "@/components/charts/format-value";
import { extremes } from "@/components/charts/series-columns";
import { Note } from "@/components/ui/note";
import { formatAbsolute } from "@/components/ui/time/format-time";
import { Time } from "@/components/ui/time/time";
import { useZone } from "@/components/ui/time/zone";
import classes from "./metric-chart.module.css";
import { RANGE_WORDS, type Range } from "./range";
import { SeriesTable } from "./series-table";
import { type MetricSeries, useMetricSeries } from "./use-metric-series";

const HEIGHT = 168;
const LiveChart = dynamic(() => import("@/components/charts/live-chart").then((module) => module.LiveChart), {
  ssr: false,
  loading: () => <div style={{ height: HEIGHT }} />,
});

interface MetricChartProps {
  fleetId: string;
  deviceId: string;
  metric: string;
  /** As last reported; the series may have none yet. */
  unit: string | null;
  range: Range;
}

/** One metric: its name, its value now or under the pointer, its picture, and the same as a table. */
export function MetricChart({ unit, metric, range, ...place }: MetricChartProps) {
  return <MetricView series={useMetricSeries({ ...place, metric, range })} metric={metric} unit={unit} range={range} />;
}

/** The same of a series that came another way. */
export function MetricView({ series, metric, unit: lastUnit, range }: { series: MetricSeries } & Pick<MetricChartProps, "metric" | "unit" | "range">) {
  const zone = useZone();
  const [pointed, setPointed] = useState<number>();
  const onCursor = useCallback((time: number | undefined) => setPointed(time), []);
  const unit = series.unit ?? lastUnit;
  const range1 = extremes(series.columns, series.from);
  return (
    <div className={classes.metric} data-metric={metric}>
      <Head series={series} metric={metric} unit={unit} pointed={pointed} />
      {series.error ? (
        <Note tone="warn" mark="waiting" role="status">
          Its history could not be loaded: {series.error.message}
        </Note>
      ) : null}
      <LiveChart
        columns={series.columns}
        gapMs={series.gapMs}
        from={series.from}
        to={series.to}
        zone={zone}
        height={HEIGHT}
        onCursor={onCursor}
        label={`${metric}, last ${RANGE_WORDS[range]}${range1 ? `: ${formatValue(range1.min, unit)} to ${formatValue(range1.max, unit)}` : ", no data"}. The figures are in the table below.`}
      />
      <SeriesTable columns={series.columns} metric={metric} unit={unit} zone={zone} />
    </div>
  );
}

function Head({ series, metric, unit, pointed }: { series: MetricSeries; metric: string; unit: string | null; pointed: number | undefined }) {
  const { columns, from } = series;
  const zone = useZone();
  const found = pointed === undefined ? -1 : columns.time.indexOf(pointed);
  const index = found < 0 ? columns.time.length - 1 : found;
  const at = columns.time[index];
  const value = columns.mean[index];
  const bounds = extremes(columns, from);
  return (
    <div className={classes.head}>
      <h3>{metric}</h3>
      {at === undefined || value === undefined ? (
        <span className={classes.detail}>{series.isLoading ? "" : "no data in this range"}</span>
      ) : (
        <>
          <span className={classes.now} data-testid="value">
            {formatValue(value, unit)}
          </span>
          <span className={classes.detail}>
            {found < 0 ? <Time at={new Date(at).toISOString()} /> : formatAbsolute(at, zone)}
            {found < 0 && bounds ? ` · min ${formatValue(bounds.min, unit)}, max ${formatValue(bounds.max, unit)} in view` : spread(columns, index, unit)}
          </span>
        </>
      )}
    </div>
  );
}

function spread({ min, max }: MetricSeries["columns"], index: number, unit: string | null): string {
  const [low, high] = [min[index], max[index]];
  return low === undefined || high === undefined || low === high ? "" : ` · ${formatValue(low, unit)} to ${formatValue(high, unit)}`;
}
