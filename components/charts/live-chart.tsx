"use client";

import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useLayoutEffect, useRef } from "react";
import UPlot from "uplot";
import type { Zone } from "@/components/ui/time/format-time";
import { readColors } from "./chart-colors";
import classes from "./live-chart.module.css";
import { type PlotState, plotOptions } from "./plot-options";
import { gapsOf, type SeriesColumns, withBreaks } from "./series-columns";

export interface LiveChartProps {
  columns: SeriesColumns;
  /** A longer pause between neighbours is drawn as a gap. */
  gapMs: number;
  from: number;
  to: number;
  zone: Zone;
  height: number;
  /** What the picture shows, for those who do not see it. Figures are in the table beside it. */
  label: string;
  /** The point under the pointer, as an index of `columns.time`; undefined when it left. */
  onCursor: (time: number | undefined) => void;
}

/** uPlot behind a React face: made once, then fed. A redraw of 700 points takes well under a millisecond. */
export function LiveChart({ columns, gapMs, from, to, zone, height, label, onCursor }: LiveChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(null);
  const state = useRef<PlotState>(null);
  const scheme = useComputedColorScheme("light");
  const cursor = useRef(onCursor);
  cursor.current = onCursor;

  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const made: PlotState = { colors: readColors(element), gaps: [], zone: "local", from: 0, to: 1, onCursor: () => {} };
    const chart = new UPlot(plotOptions(made, { width: element.clientWidth, height }), [[], [], [], []], element);
    made.onCursor = (index) => cursor.current(index === undefined ? undefined : chart.data[0][index]);
    state.current = made;
    plot.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [height]);

  useEffect(() => {
    if (!state.current || !plot.current) return;
    Object.assign(state.current, { gaps: gapsOf(columns.time, gapMs, from, to), zone, from, to });
    plot.current.setData(withBreaks(columns, gapMs), true);
  }, [columns, gapMs, from, to, zone]);

  useEffect(() => {
    if (!state.current || !plot.current || !host.current) return;
    state.current.colors = readColors(host.current);
    plot.current.redraw();
  }, [scheme]);

  return <div ref={host} className={classes.chart} style={{ height }} role="img" aria-label={label} />;
}
