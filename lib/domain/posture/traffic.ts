/** What a device sends and takes per second, from its last reports. Oldest first. */
export interface TrafficHistory {
  in: readonly number[];
  out: readonly number[];
}

/** An hour and a half of reports, at one every five minutes. */
const KEPT = 18;
/** With fewer nothing is usual yet. */
const LEAST = 6;
/** A jump is at least so many times the median, ... */
const TIMES = 5;
/** ... so many deviations above it (1.4826 x the median absolute deviation: a standard deviation, where values are normal), ... */
const DEVIATIONS = 6;
/** ... and so many bytes in one report: ten kilobytes after none are no jump. */
const LEAST_BYTES = 1_000_000;
/** Of a shorter time no rate is made: one large message would be one. */
const LEAST_SECONDS = 10;

export interface TrafficJump {
  direction: "in" | "out";
  bytes: number;
  seconds: number;
  /** Bytes per second: now, the median of `reports` before, and the bound that was passed. */
  rate: number;
  median: number;
  bound: number;
  reports: number;
}

/** The history with one more report in it, and what jumped. What jumped is in the history, too: a level that stays becomes usual. */
export function addTraffic(
  history: TrafficHistory,
  counted: { bytes_in?: number | undefined; bytes_out?: number | undefined } | undefined,
  seconds: number,
): { history: TrafficHistory; jumps: TrafficJump[] } {
  if (!counted || !(seconds >= LEAST_SECONDS)) return { history, jumps: [] };
  const next = { in: [...history.in], out: [...history.out] };
  const jumps: TrafficJump[] = [];
  for (const direction of ["in", "out"] as const) {
    const bytes = counted[`bytes_${direction}`];
    if (bytes === undefined) continue;
    const jump = jumpOf(history[direction], bytes, seconds);
    if (jump) jumps.push({ direction, ...jump });
    next[direction] = [...history[direction], bytes / seconds].slice(-KEPT);
  }
  return { history: next, jumps };
}

function jumpOf(before: readonly number[], bytes: number, seconds: number): Omit<TrafficJump, "direction"> | undefined {
  if (before.length < LEAST || bytes < LEAST_BYTES) return undefined;
  const rate = bytes / seconds;
  const median = medianOf(before);
  const deviation = 1.4826 * medianOf(before.map((value) => Math.abs(value - median)));
  const bound = Math.max(median * TIMES, median + DEVIATIONS * deviation);
  return rate > bound ? { bytes, seconds, rate, median, bound, reports: before.length } : undefined;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}
