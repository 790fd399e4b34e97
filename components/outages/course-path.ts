export interface CoursePoint {
  at: string;
  away: number;
}

/** The number of devices away over time as steps, in a box of 1000 x 100; up to `until`. Undefined while there is nothing to draw. */
export function coursePath(points: readonly CoursePoint[], until: number): { line: string; area: string } | undefined {
  const [first] = points;
  if (!first) return undefined;
  const from = Date.parse(first.at);
  const span = Math.max(until - from, 1);
  const top = Math.max(...points.map(({ away }) => away), 1);
  const x = (at: number) => Math.round(((at - from) / span) * 10_000) / 10;
  const y = (away: number) => Math.round((1 - away / top) * 960) / 10 + 2;
  const steps = points.map(({ at, away }, index) => `${index === 0 ? "M" : `H${x(Date.parse(at))}V`}${index === 0 ? `0 ${y(away)}` : y(away)}`);
  const line = `${steps.join("")}H1000`;
  return { line, area: `${line}V100H0Z` };
}
