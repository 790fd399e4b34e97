import type { Segment } from "./presence-days";

/** One stretch of a presence bar. States differ by height too: connected is full, away is a thin line in the middle. */
export function BarPart({ segment: { state, from, to }, start, end, width = 1_000 }: { segment: Segment; start: number; end: number; width?: number }) {
  if (state === "never_seen") return null;
  const [y, height] = SHAPES[state] ?? [0, 14];
  const x = ((from - start) / (end - start)) * width;
  // A break of seconds must be seen on a bar of a day.
  const length = Math.max(((to - from) / (end - start)) * width, state === "online" ? 0 : width / 400);
  return <rect data-state={state} x={x} y={y} width={length} height={height} />;
}

const SHAPES: Partial<Record<Segment["state"], readonly [y: number, height: number]>> = {
  offline: [5, 4],
  silent: [3, 8],
  flapping: [1, 12],
  sleeping: [10, 4],
  unknown: [6, 2],
};
