import { expect, test } from "vitest";
import { formatShare, presenceDays, segmentsOf } from "./presence-days";

const HOUR = 3_600_000;

test("changes become stretches up to now; repeated states are one", () => {
  const segments = segmentsOf(
    [
      { at: 30, state: "online" },
      { at: 10, state: "never_seen" },
      { at: 20, state: "online" },
      { at: 50, state: "offline" },
    ],
    60,
  );
  expect(segments).toEqual([
    { state: "never_seen", from: 10, to: 20 },
    { state: "online", from: 20, to: 50 },
    { state: "offline", from: 50, to: 60 },
  ]);
});

test("stretches are cut at midnight; the share counts known time only", () => {
  const segments = segmentsOf(
    [
      { at: 12 * HOUR, state: "online" },
      { at: 30 * HOUR, state: "offline" },
      { at: 33 * HOUR, state: "unknown" },
    ],
    36 * HOUR,
  );
  const [first, second] = presenceDays(segments, [0, 24 * HOUR, 48 * HOUR]);
  expect(first?.segments).toEqual([{ state: "online", from: 12 * HOUR, to: 24 * HOUR }]);
  expect(first?.connected).toBe(1);
  expect(second?.segments.map(({ state }) => state)).toEqual(["online", "offline", "unknown"]);
  expect(second?.connected).toBeCloseTo(6 / 9);
});

test("of a day before the first change nothing is said", () => {
  expect(presenceDays([], [0, 24 * HOUR])[0]).toMatchObject({ segments: [], connected: undefined });
});

test.each([
  [1, "100 %"],
  [0.99999, "99.9 %"],
  [0.913, "91.3 %"],
  [0.0001, "0.1 %"],
  [0, "0 %"],
])("%d is %s", (share, text) => expect(formatShare(share)).toBe(text));
