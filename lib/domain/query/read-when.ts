const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::(\d{2}))?(?:Z|[+-]\d{2}:\d{2})$/;

/** A length of time (`2h`), or the stretch that a date (UTC) or a moment with its zone stands for. Milliseconds; undefined when it is neither. */
export function readWhen(text: string): { ms: number } | { from: number; before: number } | undefined {
  const [, count, unit] = /^(\d{1,5})([smhdw])$/i.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return { ms: Number(count) * UNIT_MS[unit.toLowerCase() as keyof typeof UNIT_MS] };
  const moment = MOMENT.exec(text);
  if (!moment && !DATE.test(text)) return undefined;
  const from = Date.parse(text);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(from) || !isRealDay(text.slice(0, 10))) return undefined;
  return { from, before: from + (moment ? (moment[1] === undefined ? UNIT_MS.m : UNIT_MS.s) : UNIT_MS.d) };
}

function isRealDay(day: string): boolean {
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
