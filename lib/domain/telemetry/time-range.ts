import { SallyportError } from "@/lib/base/errors";

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
/** Longest range that is answered. */
const MAX_RANGE_MS = 400 * UNIT_MS.d;

/**
 * The two ends of a range in milliseconds since 1970, from ISO 8601 or text relative to `now`: `now`, `now-6h`, `now-30m`.
 * Throws `invalid_input` for text of another form, an empty range, and one longer than 400 days.
 */
export function readTimeRange(range: { from: string; to: string }, now: number): { from: number; to: number } {
  const from = readMoment("from", range.from, now);
  const to = readMoment("to", range.to, now);
  if (from >= to) throw wrong("from", "From must be before to.");
  if (to - from > MAX_RANGE_MS) throw wrong("from", "A range is at most 400 days long.");
  return { from, to };
}

function readMoment(path: string, text: string, now: number): number {
  if (text === "now") return now;
  const [, count, unit] = /^now-(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw wrong(path, "Write now, now-6h, or ISO 8601 with a zone: 2026-11-22T10:00:00Z.");
  return time;
}

function wrong(path: string, message: string): SallyportError {
  return new SallyportError("invalid_input", `${path}: ${message}`, { fields: [{ path, message }] });
}
