import type uPlot from "uplot";
import { formatClock, formatDay, type Zone } from "@/components/ui/time/format-time";
import type { ChartColors } from "./chart-colors";
import { drawGaps } from "./draw-gaps";
import { formatNumber } from "./format-value";
import { type Gap, lonePoints } from "./series-columns";

/** What the drawing reads at the moment it happens: changing it needs no new plot. */
export interface PlotState {
  colors: ChartColors;
  gaps: readonly Gap[];
  zone: Zone;
  from: number;
  to: number;
  onCursor: (index: number | undefined) => void;
}

const DAY_MS = 86_400_000;

/** One metric: its mean as a line, min to max as a band, gaps hatched, the newest point marked. */
export function plotOptions(state: PlotState, size: { width: number; height: number }): uPlot.Options {
  const font = () => `11px ${state.colors.font}`;
  return {
    ...size,
    ms: 1,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { size: 6, width: 1.5, stroke: () => state.colors.surface, fill: () => state.colors.line }, drag: { x: false, y: false } },
    scales: { x: { time: true, range: () => [state.from, state.to] }, y: { range: yRange } },
    series: [
      {},
      {
        stroke: () => state.colors.line,
        width: 1.5,
        points: { show: true, size: 4, width: 0, fill: () => state.colors.line, filter: (plot) => lonePoints(plot.data[1] ?? []) },
      },
      { stroke: "transparent", width: 0, points: { show: false } },
      { stroke: "transparent", width: 0, points: { show: false } },
    ],
    bands: [{ series: [2, 3], fill: () => state.colors.band }],
    axes: [
      {
        stroke: () => state.colors.text,
        font: font(),
        grid: { show: false },
        ticks: { show: true, stroke: () => state.colors.grid, size: 4, width: 1 },
        border: { show: true, stroke: () => state.colors.grid, width: 1 },
        space: 72,
        size: 26,
        gap: 4,
        values: (_plot, splits) => splits.map((at) => axisTime(at, state)),
      },
      {
        stroke: () => state.colors.text,
        font: font(),
        grid: { stroke: () => state.colors.grid, width: 1 },
        ticks: { show: false },
        space: 36,
        size: (_plot, values) => Math.max(36, ...(values ?? []).map((value) => value.length * 6.4 + 12)),
        gap: 6,
        values: (_plot, splits) => splits.map(formatTick),
      },
    ],
    hooks: {
      drawAxes: [(plot) => drawGaps(plot, state.gaps, state.colors)],
      draw: [(plot) => drawNewest(plot, state.colors)],
      setCursor: [(plot) => state.onCursor(plot.cursor.idx ?? undefined)],
    },
  };
}

/** A little air, and a flat line in the middle. The axis need not begin at zero: nothing is filled. */
function yRange(_plot: uPlot, low: number, high: number): [number, number] {
  if (low === null || high === null || (low === 0 && high === 0)) return [0, 1];
  const pad = high > low ? (high - low) * 0.12 : Math.max(Math.abs(high) * 0.1, 0.5);
  return [low - pad, high + pad];
}

function axisTime(at: number, { zone, from, to }: PlotState): string {
  return to - from > 2 * DAY_MS ? formatDay(at, zone) : formatClock(at, zone, to - from < 10 * 60_000);
}

function formatTick(value: number): string {
  return Math.abs(value) >= 1e5 ? formatNumber(value) : Number(value.toPrecision(6)).toLocaleString("en");
}

function drawNewest(plot: uPlot, colors: ChartColors): void {
  const [times, means] = plot.data;
  const at = times?.at(-1);
  const value = means?.at(-1);
  if (at === undefined || value === null || value === undefined) return;
  const ratio = devicePixelRatio || 1;
  const { ctx } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.arc(plot.valToPos(at, "x", true), plot.valToPos(value, "y", true), 3.5 * ratio, 0, 2 * Math.PI);
  ctx.fillStyle = colors.line;
  ctx.strokeStyle = colors.surface;
  ctx.lineWidth = 1.5 * ratio;
  ctx.fill();
  ctx.stroke();
  ctx.restore();
}
