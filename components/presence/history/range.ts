import { parseAsIsoDateTime, parseAsString, parseAsStringLiteral } from "nuqs";

export const HISTORY_RANGES = ["6h", "24h", "7d", "30d", "90d"] as const;
export type HistoryRange = (typeof HISTORY_RANGES)[number];

const HOUR = 3_600_000;
export const HISTORY_RANGE_MS: Record<HistoryRange, number> = { "6h": 6 * HOUR, "24h": 24 * HOUR, "7d": 168 * HOUR, "30d": 720 * HOUR, "90d": 2_160 * HOUR };
export const HISTORY_RANGE_WORDS: Record<HistoryRange, string> = { "6h": "6 h", "24h": "24 h", "7d": "7 d", "30d": "30 d", "90d": "90 d" };

/** In the address: how long, until when (left out: now), and where one stands on it. */
export const historyParsers = {
  range: parseAsStringLiteral(HISTORY_RANGES).withDefault("7d"),
  until: parseAsIsoDateTime,
  at: parseAsString,
};

/** Half a range further; from the present on there is nothing. Null: up to now. */
export function shiftedUntil(until: number | null, range: HistoryRange, direction: -1 | 1, now: number): Date | null {
  const moved = (until ?? now) + (direction * HISTORY_RANGE_MS[range]) / 2;
  return moved >= now ? null : new Date(moved);
}
