import { expect, test } from "vitest";
import { median, percentile } from "./figures";

test("nearest rank, in numeric order", () => {
  const values = [10, 9, 100, 1, 2];
  expect([median(values), percentile(values, 1), percentile(values, 99), percentile(values, 100)]).toEqual([9, 1, 100, 100]);
  expect(median([4, 3])).toBe(3);
  expect(percentile([], 50)).toBeNaN();
});
