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

/** Where nothing came for longer than `gapMs`, the ends of the range included. */
export function gapsOf(time: readonly number[], gapMs: number, from: number, to: number): Gap[] {
  const gaps: Gap[] = [];
  let previous = from;
  for (const at of [...time, to]) {
    if (at - previous > gapMs) gaps.push({ from: Math.max(previous, from), to: Math.min(at, to) });
    previous = at;
  }
  return gaps.filter((gap) => gap.to > gap.from);
}

/** The same columns with an empty point in each gap: lines and bands stop there instead of bridging it. */
export function withBreaks({ time, min, mean, max }: SeriesColumns, gapMs: number): [number[], (number | null)[], (number | null)[], (number | null)[]] {
  const out: [number[], (number | null)[], (number | null)[], (number | null)[]] = [[], [], [], []];
  for (const [index, at] of time.entries()) {
    const previous = time[index - 1];
    if (previous !== undefined && at - previous > gapMs) {
      out[0].push(previous + 1);
      for (const column of out.slice(1) as (number | null)[][]) column.push(null);
    }
    out[0].push(at);
    out[1].push(mean[index] ?? null);
    out[2].push(max[index] ?? null);
    out[3].push(min[index] ?? null);
  }
  return out;
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
