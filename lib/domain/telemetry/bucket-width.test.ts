import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketWidth, gapWidth } from "./bucket-width";

test("no more buckets than points, whatever the range", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 * 86_400_000 }), fc.integer({ min: 2, max: 2_000 }), (range, points) => {
      expect(range / bucketWidth(range, points)).toBeLessThanOrEqual(points);
    }),
  );
});

test("an hour in 500 points is 10 seconds a bucket", () => {
  expect(bucketWidth(3_600_000, 500)).toBe(10_000);
});

test("one late report is no gap, three missing ones are", () => {
  expect(gapWidth(60, 0)).toBeGreaterThan(120_000);
  expect(gapWidth(60, 0)).toBeLessThan(180_000);
  expect(gapWidth(60, 300_000)).toBeLessThan(600_000);
});
