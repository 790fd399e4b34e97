import fc from "fast-check";
import { expect, test } from "vitest";
import { backOffDelayMs, NETWORK_BACK_OFF } from "./back-off";

test.each([
  [0, 0, 100],
  [0, 0.999999, 1_000],
  [3, 0.999999, 8_000],
  [10, 0.999999, 30_000],
  [10, 0, 100],
])("attempt %i with random %d waits %i ms", (attempt, random, expected) => {
  expect(backOffDelayMs(attempt, NETWORK_BACK_OFF, random)).toBe(expected);
});

test("never at once, never beyond the cap, however many attempts", () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
      const delay = backOffDelayMs(attempt, NETWORK_BACK_OFF, random);
      expect(delay).toBeGreaterThanOrEqual(100);
      expect(delay).toBeLessThanOrEqual(30_000);
    }),
  );
});
