/** Words for times and spans. English, 24-hour clock, figures that do not jump: `1 h 16 min`, `23 min ago`, `since 14:09`. */
export type Zone = "local" | "utc";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span in at most two units, whole seconds at the least. `ms` may be negative: its size counts. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms);
  if (size < MINUTE) return `${Math.floor(size / SECOND)} s`;
  if (size < HOUR) return `${Math.floor(size / MINUTE)} min`;
  if (size < DAY) return pair(size, HOUR, "h", MINUTE, "min");
  if (size < 14 * DAY) return pair(size, DAY, "d", HOUR, "h");
  return `${Math.floor(size / DAY)} d`;
}

function pair(size: number, big: number, bigName: string, small: number, smallName: string): string {
  const whole = Math.floor(size / big);
  const rest = Math.floor((size % big) / small);
  return rest === 0 ? `${whole} ${bigName}` : `${whole} ${bigName} ${rest} ${smallName}`;
}

/** One unit only, for table cells: `3 min ago`, `in 41 d`. */
export function formatRelative(at: number, now: number): string {
  const ago = now - at;
  const size = Math.abs(ago);
  if (size < SECOND * 2) return "now";
  const [unit, name] = size < MINUTE ? [SECOND, "s"] : size < HOUR ? [MINUTE, "min"] : size < DAY ? [HOUR, "h"] : [DAY, "d"];
  // What is past has fully passed; what is to come is rounded: a token of 90 days ends in 90 days, not in 89.
  return ago >= 0 ? `${Math.floor(size / unit)} ${name} ago` : `in ${Math.round(size / unit)} ${name}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Building a formatter costs 50 times a format: they are kept. */
function format(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}${JSON.stringify(options)}`;
  let known = formats.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat("en-GB", zone === "utc" ? { ...options, timeZone: "UTC" } : options);
    formats.set(key, known);
  }
  return known;
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

export function formatClock(at: number, zone: Zone, seconds = false): string {
  return format(zone, seconds ? { ...CLOCK, second: "2-digit" } : CLOCK).format(at);
}

export function formatDay(at: number, zone: Zone): string {
  return format(zone, { day: "numeric", month: "short" }).format(at);
}

export function formatWeekday(at: number, zone: Zone): string {
  return format(zone, { weekday: "short", day: "numeric", month: "short" }).format(at).replace(",", "");
}

/** `Tue 17 Nov 2026, 14:09:32 CET` */
export function formatAbsolute(at: number, zone: Zone): string {
  const day = format(zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(at).replace(",", "");
  return `${day}, ${formatClock(at, zone, true)} ${zoneName(at, zone)}`;
}

/** Clock time when it is today in that zone, the day otherwise. */
export function formatMoment(at: number, now: number, zone: Zone): string {
  return formatDay(at, zone) === formatDay(now, zone) && Math.abs(now - at) < DAY ? formatClock(at, zone) : formatDay(at, zone);
}

/** `CET`, `GMT+5:30`, `UTC`. */
export function zoneName(at: number, zone: Zone): string {
  if (zone === "utc") return "UTC";
  const part = format(zone, { timeZoneName: "short" })
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName");
  return part?.value ?? "local";
}

/** Midnight of the calendar day that holds `at`, in the zone. */
export function startOfDay(at: number, zone: Zone): number {
  const date = new Date(at);
  return zone === "utc"
    ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
    : new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
