import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Alert, type AlertInput, advanceAlert } from "./advance-alert";
import { conditionHolds, evidenceTime } from "./condition";
import { DELIVERY_ATTEMPTS, nextPauseMs } from "./delivery-schedule";
import { eventsOf, foldEpisodes } from "./fold-episodes";

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);
const options = { holdSeconds: 60, now: at(100) };

const pending: Alert = { state: "pending", pendingAt: at(10), firedAt: null, resolvedAt: null, evidenceAt: at(20), value: 31 };
const firing: Alert = { ...pending, state: "firing", firedAt: at(70) };
const resolved: Alert = { ...firing, state: "resolved", resolvedAt: at(80) };
const neverFired: Alert = { ...pending, state: "resolved", resolvedAt: at(80) };

const holds = (seconds: number): AlertInput => ({ kind: "holds", at: at(seconds), value: 32 });
const over = (seconds: number): AlertInput => ({ kind: "over", at: at(seconds), value: 29 });
const time = (staleBefore?: number): AlertInput => ({ kind: "time", staleBefore: staleBefore === undefined ? undefined : at(staleBefore) });
const withdrawn: AlertInput = { kind: "withdrawn" };

/** [what, before, input, hold seconds, state after; "same" when nothing changes, "none" when there is no alert] */
const TABLE: [string, Alert | null, AlertInput, number, string][] = [
  ["nothing, condition holds", null, holds(90), 60, "pending"],
  ["nothing, condition holds, no hold time", null, holds(90), 0, "firing"],
  ["nothing, condition over", null, over(90), 60, "none"],
  ["nothing, time", null, time(), 60, "none"],
  ["nothing, withdrawn", null, withdrawn, 60, "none"],

  ["pending, holds on, not long enough", pending, holds(69), 60, "pending"],
  ["pending, holds for the hold time", pending, holds(70), 60, "firing"],
  ["pending, the same value read again", pending, holds(20), 60, "same"],
  ["pending, an older value read late", pending, holds(15), 60, "same"],
  ["pending, over", pending, over(30), 60, "resolved"],
  ["pending, over before it began", pending, over(9), 60, "same"],
  ["pending, due by time, evidence fresh", pending, time(19), 60, "firing"],
  ["pending, due by time, evidence does not age", pending, time(), 60, "firing"],
  ["pending, not due, evidence fresh", pending, time(19), 120, "same"],
  ["pending, due, but evidence is stale", pending, time(21), 60, "resolved"],
  ["pending, not due, evidence is stale", pending, time(21), 120, "resolved"],
  ["pending, withdrawn", pending, withdrawn, 60, "resolved"],

  ["firing, holds on", firing, holds(90), 60, "same"],
  ["firing, over", firing, over(90), 60, "resolved"],
  ["firing, over before it began", firing, over(9), 60, "same"],
  ["firing, time, evidence fresh", firing, time(19), 60, "same"],
  ["firing, time, evidence stale: no data does not clear", firing, time(99), 60, "same"],
  ["firing, withdrawn", firing, withdrawn, 60, "resolved"],

  ["resolved, holds anew", resolved, holds(90), 60, "pending"],
  ["resolved, holds anew, no hold time", resolved, holds(90), 0, "firing"],
  ["resolved, a value from before the end read again", resolved, holds(80), 0, "same"],
  ["resolved, over", resolved, over(90), 60, "same"],
  ["resolved, time", resolved, time(99), 60, "same"],
  ["resolved, withdrawn", resolved, withdrawn, 60, "same"],
  ["never fired, holds anew", neverFired, holds(90), 60, "pending"],
];

describe("the table of transitions", () => {
  test.each(TABLE)("%s", (_, before, input, holdSeconds, expected) => {
    const after = advanceAlert(before, input, { holdSeconds, now: options.now });
    if (expected === "same") expect(after).toBe(before);
    else if (expected === "none") expect(after).toBeNull();
    else expect(after?.state).toBe(expected);
  });

  test("every state meets every kind of input", () => {
    const met = new Set(TABLE.map(([, before, input]) => `${before?.state ?? "none"} ${input.kind}`));
    for (const state of ["none", "pending", "firing", "resolved"])
      for (const kind of ["holds", "over", "time", "withdrawn"]) expect(met).toContain(`${state} ${kind}`);
  });
});

test("a withdrawn hold starts anew: a gap is not counted", () => {
  const gone = advanceAlert(pending, time(21), options);
  const again = advanceAlert(gone, holds(90), options);
  expect(again).toMatchObject({ state: "pending", pendingAt: at(90), firedAt: null });
});

test("what fired keeps its time, whatever clears it", () => {
  expect(advanceAlert(firing, over(90), options)).toMatchObject({ firedAt: at(70), resolvedAt: at(90) });
  expect(advanceAlert(firing, over(60), options)).toMatchObject({ resolvedAt: at(70) });
});

describe("episodes", () => {
  test("a dip within one batch restarts the hold time", () => {
    const [episode, ...rest] = foldEpisodes(null, [holds(10), over(40), holds(50), holds(80)], options);
    expect(rest).toEqual([]);
    expect(episode?.after).toMatchObject({ state: "pending", pendingAt: at(50) });
  });

  test("resolved and raised again within one batch are two alerts", () => {
    const episodes = foldEpisodes(firing, [over(90), holds(95)], options);
    expect(episodes.map(({ before, after }) => [before?.state, after.state])).toEqual([
      ["firing", "resolved"],
      [undefined, "pending"],
    ]);
    expect(episodes.flatMap(eventsOf)).toEqual(["alert.resolved"]);
  });

  test("what began and ended without firing never was; without a hold time it fired", () => {
    expect(foldEpisodes(null, [holds(10), over(20)], options)).toEqual([]);
    const [episode] = foldEpisodes(null, [holds(10), over(20)], { ...options, holdSeconds: 0 });
    expect(episode && eventsOf(episode)).toEqual(["alert.fired", "alert.resolved"]);
  });

  test("reading the same measurements again changes nothing", () => {
    const sample = fc.record({ kind: fc.constantFrom("holds" as const, "over" as const), seconds: fc.integer({ min: 0, max: 90 }) });
    fc.assert(
      fc.property(fc.uniqueArray(sample, { maxLength: 12, selector: ({ seconds }) => seconds }), fc.constantFrom(0, 30, 60), (samples, holdSeconds) => {
        const inputs = samples.sort((a, b) => a.seconds - b.seconds).map(({ kind, seconds }) => (kind === "holds" ? holds(seconds) : over(seconds)));
        const given = { holdSeconds, now: options.now };
        const last = foldEpisodes(null, inputs, given).at(-1)?.after ?? null;
        const again = foldEpisodes(last, inputs, given);
        expect(again.flatMap(eventsOf)).toEqual([]);
        expect(again.at(-1)?.after.state ?? last?.state).toBe(last?.state);
      }),
    );
  });
});

test("equal to the threshold is not over it", () => {
  expect(conditionHolds({ comparison: "above", threshold: 30 }, 30)).toBe(false);
  expect(conditionHolds({ comparison: "above", threshold: 30 }, 30.1)).toBe(true);
  expect(conditionHolds({ comparison: "below", threshold: 30 }, 30)).toBe(false);
  expect(conditionHolds({ comparison: "below", threshold: 30 }, 29.9)).toBe(true);
});

test("a wrong clock of the device does not decide when a value was seen", () => {
  expect(evidenceTime(at(10), at(12), 15_000)).toEqual(at(10));
  expect(evidenceTime(at(99), at(12), 15_000)).toEqual(at(12));
  expect(evidenceTime(at(-7200), at(12), 15_000)).toEqual(at(12));
});

test("deliveries are spread over about a day, and end", () => {
  const pauses = Array.from({ length: DELIVERY_ATTEMPTS - 1 }, (_, index) => nextPauseMs(index + 1, 0.5) ?? Number.NaN);
  const hours = pauses.reduce((a, b) => a + b) / 3_600_000;
  expect(hours).toBeGreaterThan(20);
  expect(hours).toBeLessThan(30);
  expect(pauses[0]).toBe(5_000);
  expect(nextPauseMs(1, 0)).toBe(4_000);
  expect(nextPauseMs(DELIVERY_ATTEMPTS, 0)).toBeUndefined();
});
