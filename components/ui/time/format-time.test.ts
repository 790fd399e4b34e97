import { expect, test } from "vitest";
import { formatAbsolute, formatClock, formatDuration, formatMoment, formatRelative, startOfDay, zoneName } from "./format-time";

const at = Date.UTC(2026, 10, 17, 14, 9, 32);

test.each([
  [0, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [4_560_000, "1 h 16 min"],
  [7_200_000, "2 h"],
  [86_400_000 * 2 + 3_600_000 * 3, "2 d 3 h"],
  [86_400_000 * 41, "41 d"],
])("a span of %d ms is %s", (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
  expect(formatDuration(-ms)).toBe(words);
});

test.each([
  [at - 1_000, "now"],
  [at - 4_000, "4 s ago"],
  [at - 23 * 60_000 - 59_000, "23 min ago"],
  [at - 8 * 3_600_000, "8 h ago"],
  [at + 41 * 86_400_000, "in 41 d"],
  [at + 90 * 86_400_000 - 3_000, "in 90 d"],
])("relative to now", (then, words) => expect(formatRelative(then, at)).toBe(words));

test("absolute times name their zone", () => {
  expect(formatAbsolute(at, "utc")).toBe("Tue 17 Nov 2026, 14:09:32 UTC");
  expect(formatClock(at, "utc", true)).toBe("14:09:32");
  expect(zoneName(at, "utc")).toBe("UTC");
});

test("a moment is a clock time today and a day before that", () => {
  expect(formatMoment(at, at + 3_600_000, "utc")).toBe("14:09");
  expect(formatMoment(at, at + 20 * 3_600_000, "utc")).toBe("17 Nov");
  expect(formatMoment(at - 365 * 86_400_000, at, "utc")).toBe("17 Nov");
});

test("a day starts at midnight of its zone", () => expect(startOfDay(at, "utc")).toBe(Date.UTC(2026, 10, 17)));
