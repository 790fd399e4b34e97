"use client";

import "@mantine/charts/styles.layer.css";
import { AreaChart } from "@mantine/charts";
import { formatClock, zoneName } from "@/components/ui/time/format-time";
import { useZone } from "@/components/ui/time/zone";

/** Counts per minute. At most a few hundred points: Recharts draws SVG. */
export function RateChart({ minutes }: { minutes: readonly { at: string; count: number }[] }) {
  const zone = useZone();
  const data = minutes.map(({ at, count }) => ({ at: formatClock(Date.parse(at), zone), Messages: count }));
  const last = minutes.at(-1);
  return (
    <AreaChart
      h={132}
      data={data}
      dataKey="at"
      series={[{ name: "Messages", color: "var(--series-1)" }]}
      withLegend={false}
      gridAxis="x"
      tickLine="none"
      gridColor="var(--grid)"
      textColor="var(--text-3)"
      xAxisProps={{ interval: 14, minTickGap: 24, tickMargin: 6, height: 24 }}
      yAxisProps={{ width: 36, allowDecimals: false, tickCount: 3, tickFormatter: compact }}
      curveType="linear"
      withDots={false}
      withGradient={false}
      fillOpacity={0.14}
      strokeWidth={1.5}
      areaProps={{ isAnimationActive: false }}
      areaChartProps={{ accessibilityLayer: false, margin: { left: 0, right: 4, top: 6, bottom: 0 } }}
      tooltipAnimationDuration={0}
      valueFormatter={(value) => `${value.toLocaleString("en")}/min`}
      role="img"
      aria-label={`Messages stored per minute, last hour, times ${last ? zoneName(Date.parse(last.at), zone) : ""}`}
    />
  );
}

const compact = (value: number) => (value >= 1_000 ? `${Math.round(value / 100) / 10} k` : String(value));
