import { expect, test } from "vitest";
import type { Failure } from "./config";
import { plannedFailure } from "./failure-plan";

const fleet = { seed: 1, sites: ["North", "South", "East"], devices: ["dev_1", "dev_2", "dev_3", "dev_4"] };
const cut: Failure = { kind: "power_cut", target: "any_site", afterSeconds: 60, forSeconds: 90, everySeconds: 300 };

test("it happens again and again, whom it hits changes, and the same seed hits the same", () => {
  const plan = (seed: number) => Array.from({ length: 12 }, (_, index) => plannedFailure(cut, index, { ...fleet, seed }));
  expect(
    plan(1)
      .map((planned) => [planned?.startMs, planned?.endMs])
      .slice(0, 2),
  ).toEqual([
    [60_000, 150_000],
    [360_000, 450_000],
  ]);
  expect(new Set(plan(1).map((planned) => JSON.stringify(planned?.target))).size).toBeGreaterThan(1);
  expect(plan(1)).toEqual(plan(1));
  expect(plan(1).map((planned) => planned?.target)).not.toEqual(plan(2).map((planned) => planned?.target));
});

test("without a period it happens once", () => {
  const once: Failure = { kind: "silence", target: { device: "dev_2" }, afterSeconds: 5, forSeconds: 10 };
  expect(plannedFailure(once, 0, fleet)).toEqual({ kind: "silence", target: { device: "dev_2" }, startMs: 5_000, endMs: 15_000 });
  expect(plannedFailure(once, 1, fleet)).toBeUndefined();
});

test("the next one never begins before the one before has ended", () => {
  const dense: Failure = { ...cut, everySeconds: 10 };
  expect(plannedFailure(dense, 1, fleet)?.startMs).toBe(150_000);
});
