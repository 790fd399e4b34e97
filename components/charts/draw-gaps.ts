import type uPlot from "uplot";
import { formatDuration } from "@/components/ui/time/format-time";
import type { ChartColors } from "./chart-colors";
import type { Gap } from "./series-columns";

/** Hatches each gap and names it, in canvas pixels. Drawn over the grid and under the lines. */
export function drawGaps(plot: uPlot, gaps: readonly Gap[], colors: ChartColors): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio || 1;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const gap of gaps) {
    const left = plot.valToPos(gap.from, "x", true);
    const width = plot.valToPos(gap.to, "x", true) - left;
    if (width < 2 * ratio) continue;
    hatch(ctx, { left, top: bbox.top, width, height: bbox.height }, colors, ratio);
    label(ctx, gap, { x: left + width / 2, y: bbox.top + bbox.height / 2, width }, colors, ratio);
  }
  ctx.restore();
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

function hatch(ctx: CanvasRenderingContext2D, { left, top, width, height }: Box, colors: ChartColors, ratio: number): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.strokeStyle = colors.hatch;
  ctx.lineWidth = ratio;
  ctx.globalAlpha = 0.7;
  ctx.beginPath();
  // Anchored to the canvas, not to the gap: the pattern stands still while the window moves on.
  const step = 6 * ratio;
  for (let x = Math.floor((left - height) / step) * step; x < left + width; x += step) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colors.edge;
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  ctx.strokeRect(left, top - ratio, width, height + 2 * ratio);
  ctx.restore();
}

function label(ctx: CanvasRenderingContext2D, gap: Gap, place: { x: number; y: number; width: number }, colors: ChartColors, ratio: number): void {
  ctx.font = `600 ${11 * ratio}px ${colors.font}`;
  const padding = 6 * ratio;
  const room = place.width - 2 * padding;
  const text = [`no data, ${formatDuration(gap.to - gap.from)}`, "no data"].find((one) => ctx.measureText(one).width <= room);
  if (!text) return;
  const width = ctx.measureText(text).width + 2 * padding;
  ctx.fillStyle = colors.surface;
  ctx.fillRect(place.x - width / 2, place.y - 10 * ratio, width, 20 * ratio);
  ctx.fillStyle = colors.strong;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, place.x, place.y);
}
