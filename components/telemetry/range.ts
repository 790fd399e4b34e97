import { parseAsStringLiteral } from "nuqs";

/** Ranges of the charts, as they stand in the address. */
export const RANGES = ["15m", "1h", "6h", "24h", "7d"] as const;
export type Range = (typeof RANGES)[number];

export const RANGE_MS: Record<Range, number> = { "15m": 900_000, "1h": 3_600_000, "6h": 21_600_000, "24h": 86_400_000, "7d": 604_800_000 };
export const RANGE_WORDS: Record<Range, string> = { "15m": "15 min", "1h": "1 h", "6h": "6 h", "24h": "24 h", "7d": "7 d" };

export const rangeParser = parseAsStringLiteral(RANGES).withDefault("1h");
