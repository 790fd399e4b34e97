import { expect, test } from "vitest";
import { judge, playwrightCounts, vitestCounts } from "./step.mjs";

test("counts are passed on", () => {
  expect(judge(0, { passed: 3, failed: 0, skipped: 1 })).toEqual({ passed: 3, failed: 0, skipped: 1 });
  expect(judge(1, { passed: 3, failed: 2, skipped: 0 })).toEqual({ passed: 3, failed: 2, skipped: 0 });
});

test("a crash without a failed test is a failure", () => {
  expect(judge(1, { passed: 3, failed: 0, skipped: 0 }).failed).toBe(1);
  expect(judge(1, undefined).failed).toBe(1);
});

test("a step that ran nothing is a failure", () => {
  expect(judge(0, undefined).failed).toBe(1);
  expect(judge(0, { passed: 0, failed: 0, skipped: 4 }).failed).toBe(1);
});

test("a flaky browser test counts as failed", () => {
  expect(playwrightCounts({ stats: { expected: 5, unexpected: 1, flaky: 2, skipped: 3 } })).toEqual({ passed: 5, failed: 3, skipped: 3 });
});

test("vitest's todo and skipped tests are skipped", () => {
  expect(vitestCounts({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 })).toEqual({ passed: 5, failed: 1, skipped: 3 });
  expect(vitestCounts(undefined)).toBeUndefined();
});
