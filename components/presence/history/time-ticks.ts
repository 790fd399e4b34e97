import { formatClock, formatDay, startOfDay, type Zone } from "@/components/ui/time/format-time";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY] as const;
const MOST = 8;

export interface Tick {
  at: number;
  label: string;
}

/** Round moments of the zone between two, at most eight: clock times within a day, else days. */
export function timeTicks(from: number, to: number, zone: Zone): Tick[] {
  const step = STEPS.find((size) => (to - from) / size <= MOST) ?? (to - from) / MOST;
  const ticks: Tick[] = [];
  let start = startOfDay(from, zone);
  for (let at = start; at <= to; ) {
    if (at >= from) ticks.push({ at, label: labelOf(at, zone, step) });
    // A day may have 23 or 25 hours: each begins anew at its midnight.
    const next = startOfDay(start + 1.5 * DAY, zone);
    if (step < DAY && at + step < next) at += step;
    else if (step <= DAY) at = start = next;
    else at = start = startOfDay(start + step + HOUR * 12, zone);
  }
  return ticks;
}

function labelOf(at: number, zone: Zone, step: number): string {
  return step >= DAY || at === startOfDay(at, zone) ? formatDay(at, zone) : formatClock(at, zone);
}
