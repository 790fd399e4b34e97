import { expect, test } from "vitest";
import { readTimeRange } from "./time-range";

const now = Date.parse("2026-11-22T12:00:00Z");
const HOUR = 3_600_000;

test.each([
  ["now-6h", "now", now - 6 * HOUR, now],
  ["now-30m", "now-1m", now - HOUR / 2, now - 60_000],
  ["now-2w", "now-1d", now - 14 * 24 * HOUR, now - 24 * HOUR],
  ["2026-11-22T10:00:00Z", "2026-11-22T12:30:00+01:00", now - 2 * HOUR, now - HOUR / 2],
  ["2026-11-20", "2026-11-21", now - 60 * HOUR, now - 36 * HOUR],
])("%s to %s", (from, to, first, last) => {
  expect(readTimeRange({ from, to }, now)).toEqual({ from: first, to: last });
});

test.each([
  ["now", "now"],
  ["now-1h", "now-2h"],
  ["yesterday", "now"],
  ["now-1y", "now"],
  ["now-9999999h", "now"],
  ["now-500d", "now"],
  ["2026-11-22T10:00:00", "now"],
  ["+275760-09-13T00:00:00Z", "now"],
  ["now - 6h", "now"],
  ["1763800000000", "now"],
  ["", "now"],
])("%s to %s is refused", (from, to) => {
  expect(() => readTimeRange({ from, to }, now)).toThrow(expect.objectContaining({ code: "invalid_input" }));
});
