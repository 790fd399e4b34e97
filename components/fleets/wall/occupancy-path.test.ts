import { expect, test } from "vitest";
import type { Occupancy } from "@/lib/domain/fleets/occupancy-view";
import { partCount, stackedPaths } from "./occupancy-path";

const minute = (n: number) => new Date(1_800_000_000_000 + n * 60_000).toISOString();
const counts = (online: number, offline: number) => ({ online, silent: 0, sleeping: 0, flapping: 0, unknown: 0, offline, never_seen: 3 });

test("stacked from the connected to the offline, with a gap where nobody counted", () => {
  const occupancy: Occupancy = {
    from: minute(0),
    to: minute(10),
    bucketMs: 60_000,
    items: [0, 1, 5].map((n) => ({ at: minute(n), counts: counts(8, n === 1 ? 2 : 0) })),
  };
  const { top, paths } = stackedPaths(occupancy);
  expect(top).toBe(10);
  expect(paths[0]).toEqual({ part: "connected", d: "M0 20H100L100 20H200L200 100H100L100 100H0ZM500 20H600L600 100H500Z" });
  expect(paths[3]?.d.startsWith("M0 20H100L100 0H200")).toBe(true);
  expect(partCount(counts(8, 2), "connected")).toBe(8);
  expect(
    stackedPaths({ ...occupancy, items: [] })
      .paths.map(({ d }) => d)
      .join(""),
  ).toBe("");
});
