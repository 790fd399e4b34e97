import type { Occupancy } from "@/lib/domain/fleets/occupancy-view";
import type { PresenceState } from "@/lib/protocol/presence";

/** From the bottom of the stack to its top. */
export const STACK = [
  { part: "connected", states: ["online", "silent", "flapping"] },
  { part: "asleep", states: ["sleeping"] },
  { part: "unknown", states: ["unknown"] },
  { part: "offline", states: ["offline"] },
] as const satisfies readonly { part: string; states: readonly PresenceState[] }[];
export type StackPart = (typeof STACK)[number]["part"];

export const partCount = (counts: Record<PresenceState, number>, part: StackPart): number =>
  (STACK.find((entry) => entry.part === part)?.states ?? []).reduce((sum, state) => sum + counts[state], 0);

export interface StackedPaths {
  top: number;
  paths: { part: StackPart; d: string }[];
}

/** Devices over time, stacked, in a box of 1000 x 100. Where nobody counted there is a gap. */
export function stackedPaths({ from, to, bucketMs, items }: Occupancy): StackedPaths {
  const [start, span] = [Date.parse(from), Math.max(1, Date.parse(to) - Date.parse(from))];
  const sums = items.map(({ at, counts }) => {
    let sum = 0;
    return { at: Date.parse(at), edges: [0, ...STACK.map(({ part }) => (sum += partCount(counts, part)))] };
  });
  const top = Math.max(1, ...sums.map(({ edges }) => edges.at(-1) ?? 0));
  const x = (at: number) => Math.round(Math.min(Math.max((at - start) / span, 0), 1) * 10_000) / 10;
  const y = (count: number) => Math.round((1 - count / top) * 1_000) / 10;
  const runs: (typeof sums)[] = [];
  for (const point of sums) {
    const last = runs.at(-1)?.at(-1);
    if (last && point.at - last.at <= bucketMs * 1.5) runs.at(-1)?.push(point);
    else runs.push([point]);
  }
  const area = (run: typeof sums, layer: number) => {
    const steps = run.map(({ at, edges }) => ({ from: x(at), to: x(at + bucketMs), low: y(edges[layer] ?? 0), high: y(edges[layer + 1] ?? 0) }));
    const there = steps.map((step) => `${step.from} ${step.high}H${step.to}`).join("L");
    const back = steps
      .toReversed()
      .map((step) => `${step.to} ${step.low}H${step.from}`)
      .join("L");
    return `M${there}L${back}Z`;
  };
  return { top, paths: STACK.map(({ part }, layer) => ({ part, d: runs.map((run) => area(run, layer)).join("") })) };
}
