import { expect, test } from "vitest";
import { nextDelay } from "./back-off";

test("crashes in a row wait longer and longer, up to ten seconds", () => {
  const waits: number[] = [];
  for (let wait = 0, i = 0; i < 8; i++) {
    wait = nextDelay(wait, 100);
    waits.push(wait);
  }
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test("half a minute of health forgives what was before", () => {
  expect(nextDelay(10_000, 29_999)).toBe(10_000);
  expect(nextDelay(10_000, 30_000)).toBe(250);
});
