/** A metric's points as columns of equal length, oldest first. Times in milliseconds since 1970. */
export interface SeriesColumns {
  time: number[];
  min: number[];
  mean: number[];
  max: number[];
}

/** A stretch without data, longer than a pause between reports may be. */
export interface Gap {
  from: number;
  to: number;
}

/** Adds live readings: in their place by time, each moment once, nothing older than `from`. The input is left alone. */
export function appendReadings(columns: SeriesColumns, readings: readonly { time: number; value: number }[], from: number): SeriesColumns {
  const next = { time: [...columns.time], min: [...columns.min], mean: [...columns.mean], max: [...columns.max] };
  for (const { time, value } of readings) {
    if (time < from) continue;
    const place = placeOf(next.time, time);
    const known = next.time[place] === time ? 1 : 0;
    next.time.splice(place, known, time);
    next.min.splice(place, known, value);
    next.mean.splice(place, known, value);
    next.max.splice(place, known, value);
  }
  return dropBefore(next, from);
}

/** First index whose time is not before `time`. New readings belong at the end, so it looks from there. */
function placeOf(times: readonly number[], time: number): number {
  let index = times.length;
  while (index > 0 && (times[index - 1] ?? 0) >= time) index--;
  return index;
}

/** Keeps one point before the range, so that a line enters the picture instead of beginning in it. */
function dropBefore(columns: SeriesColumns, from: number): SeriesColumns {
  const first = columns.time.findIndex((time) => time >= from);
  const cut = first < 0 ? columns.time.length : Math.max(0, first - 1);
  if (cut === 0) return columns;
  return { time: columns.time.slice(cut), min: columns.min.slice(cut), mean: columns.mean.slice(cut), max: columns.max.slice(cut) };
}

const NEIGHBOURS = 6;
const TOLERANCE = 2.5;

/**
 * How long a pause may be at each point before it counts as a gap: `gapMs`, or 2.5 times the usual pause around there. A
 * device that reported every minute last week and every five seconds now has no gap in either.
 */
function allowedPauses(time: readonly number[], gapMs: number): number[] {
  return time.map((_, index) => {
    const pauses: number[] = [];
    for (let i = Math.max(1, index - NEIGHBOURS + 1); i <= Math.min(time.length - 1, index + NEIGHBOURS); i++) pauses.push((time[i] ?? 0) - (time[i - 1] ?? 0));
    pauses.sort((a, b) => a - b);
    // The lower half decides: in sparse data a real gap must not make itself usual.
    return Math.max(gapMs, (pauses[Math.floor((pauses.length - 1) / 2)] ?? 0) * TOLERANCE);
  });
}

/** Where nothing came for longer than it may, the ends of the range included. Without any point all of it is one. */
export function gapsOf(time: readonly number[], gapMs: number, from: number, to: number): Gap[] {
  const [first, last] = [time[0], time.at(-1)];
  if (first === undefined || last === undefined) return to - from > gapMs ? [{ from, to }] : [];
  const allowed = allowedPauses(time, gapMs);
  const gaps: Gap[] = [];
  if (first - from > (allowed[0] ?? gapMs)) gaps.push({ from, to: first });
  for (const [index, at] of time.entries()) {
    const next = time[index + 1] ?? to;
    if (next - at > (allowed[index] ?? gapMs)) gaps.push({ from: Math.max(at, from), to: Math.min(next, to) });
  }
  return gaps.filter((gap) => gap.to > gap.from);
}

/** The same columns with an empty point in each gap: lines and bands stop there instead of bridging it. */
export function withBreaks({ time, min, mean, max }: SeriesColumns, gapMs: number): [number[], (number | null)[], (number | null)[], (number | null)[]] {
  const out: [number[], (number | null)[], (number | null)[], (number | null)[]] = [[], [], [], []];
  const allowed = allowedPauses(time, gapMs);
  for (const [index, at] of time.entries()) {
    out[0].push(at);
    out[1].push(mean[index] ?? null);
    out[2].push(max[index] ?? null);
    out[3].push(min[index] ?? null);
    const next = time[index + 1];
    if (next === undefined || next - at <= (allowed[index] ?? gapMs)) continue;
    out[0].push(at + 1);
    out[1].push(null);
    out[2].push(null);
    out[3].push(null);
  }
  return out;
}

/** Points with nothing on either side: a line through one point cannot be seen, they need a dot. */
export function lonePoints(values: ArrayLike<number | null | undefined>): number[] {
  const lone: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i] != null && values[i - 1] == null && values[i + 1] == null) lone.push(i);
  return lone;
}

/** At most `count` rows for the table beside a chart: whole points while they are few, else stretches that keep every extreme. */
export function tableRows({ time, min, mean, max }: SeriesColumns, count: number): { time: number; min: number; mean: number; max: number }[] {
  const size = Math.max(1, Math.ceil(time.length / count));
  const rows = [];
  for (let start = 0; start < time.length; start += size) {
    const part = <T>(column: readonly T[]) => column.slice(start, start + size);
    const means = part(mean);
    rows.push({
      time: time[start] ?? 0,
      min: Math.min(...part(min)),
      mean: means.reduce((sum, value) => sum + value, 0) / means.length,
      max: Math.max(...part(max)),
    });
  }
  return rows;
}

/** Lowest and highest of what the range shows; undefined without points. */
export function extremes({ time, min, max }: SeriesColumns, from: number): { min: number; max: number } | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const [index, at] of time.entries()) {
    if (at < from) continue;
    low = Math.min(low, min[index] ?? low);
    high = Math.max(high, max[index] ?? high);
  }
  return low <= high ? { min: low, max: high } : undefined;
}
