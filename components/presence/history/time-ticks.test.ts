import { expect, test } from "vitest";
import { timeTicks } from "./time-ticks";

const at = (text: string) => Date.parse(`2026-11-${text}Z`);

test("clock times within a day, the day's name at midnight", () => {
  const ticks = timeTicks(at("20T13:20:00"), at("21T13:20:00"), "utc");
  expect(ticks.map(({ label }) => label)).toEqual(["15:00", "18:00", "21:00", "21 Nov", "03:00", "06:00", "09:00", "12:00"]);
});

test("days over a week, fewer over a month; never more than nine", () => {
  expect(timeTicks(at("14T09:00:00"), at("21T09:00:00"), "utc").map(({ label }) => label)).toEqual([
    "15 Nov",
    "16 Nov",
    "17 Nov",
    "18 Nov",
    "19 Nov",
    "20 Nov",
    "21 Nov",
  ]);
  for (const hours of [1, 2, 6, 24, 100, 168, 500, 720, 9_000]) {
    const { length } = timeTicks(at("01T00:00:00"), at("01T00:00:00") + hours * 3_600_000, "utc");
    expect(length).toBeLessThanOrEqual(9);
    expect(length).toBeGreaterThanOrEqual(3);
  }
});
