import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideRotation, type RotationFacts, type WaveFacts } from "./decide-rotation";
import { assignWaves } from "./rotation-plan";
import { nextRotationState, ROTATION_EVENTS, ROTATION_STATES } from "./rotation-state";

test("the whole table", () => {
  expect(ROTATION_STATES.map((state) => [state, ...ROTATION_EVENTS.map((event) => nextRotationState(state, event) ?? "-")])).toEqual([
    ["running", "paused", "-", "halted", "finished", "rolled_back"],
    ["paused", "-", "running", "-", "-", "rolled_back"],
    ["halted", "-", "running", "-", "-", "rolled_back"],
    ["finished", "-", "-", "-", "-", "-"],
    ["rolled_back", "-", "-", "-", "-", "-"],
  ]);
});

describe("waves", () => {
  test.each([
    [10, 0, 100, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    [10, 2, 25, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]],
    [3, 5, 50, [0, 0, 1]],
    [1, 1, 10, [0]],
    [0, 5, 10, []],
  ])("%d devices, canary %d, %d %%", (devices, canaryCount, wavePercent, waves) => {
    expect(assignWaves(devices, { canaryCount, wavePercent })).toEqual(waves);
  });

  test("every device once, waves without a gap, the canary as said, at most a hundred others", () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(50), fc.integer({ min: 1, max: 100 }), (devices, canaryCount, wavePercent) => {
        const waves = assignWaves(devices, { canaryCount, wavePercent });
        expect(waves).toHaveLength(devices);
        expect([...new Set(waves)]).toEqual(Array.from({ length: (waves.at(-1) ?? -1) + 1 }, (_, index) => index));
        if (canaryCount > 0 && canaryCount < devices) expect(waves.filter((wave) => wave === 0)).toHaveLength(canaryCount);
        expect(new Set(waves).size).toBeLessThanOrEqual(101);
      }),
    );
  });
});

const wave = (number: number, facts: Partial<WaveFacts>): WaveFacts => ({
  wave: number,
  planned: 0,
  pending: 0,
  away: 0,
  used: 0,
  failed: 0,
  over: 0,
  ...facts,
});
const facts = (waves: WaveFacts[], more: Partial<RotationFacts> = {}): RotationFacts => ({
  wave: 0,
  waveCount: waves.length,
  waveStartedAt: 1_000,
  soakMs: 60_000,
  abortPercent: 10,
  toleratedFailures: 0,
  waves,
  ...more,
});
const rest = wave(1, { planned: 20 });
const LATER = 61_000;

describe("a running rotation", () => {
  test("waits for those that are there, then for the soak, then goes on without those that are away", () => {
    expect(decideRotation(facts([wave(0, { pending: 1, used: 4 }), rest]), LATER)).toEqual({ kind: "wait", wait: "devices" });
    expect(decideRotation(facts([wave(0, { away: 1, used: 4 }), rest]), LATER - 1)).toEqual({ kind: "wait", wait: "soak" });
    expect(decideRotation(facts([wave(0, { away: 1, used: 4 }), rest]), LATER)).toEqual({ kind: "begin_wave", wave: 1 });
  });

  test("goes nowhere while nobody has proven anything; a canary that has left holds nobody up", () => {
    expect(decideRotation(facts([wave(0, { away: 5 }), rest]), LATER)).toEqual({ kind: "wait", wait: "canary" });
    expect(decideRotation(facts([wave(0, { over: 5 }), rest]), LATER)).toEqual({ kind: "begin_wave", wave: 1 });
    expect(decideRotation(facts([wave(0, { over: 5 }), wave(1, { over: 20 })]), 0)).toEqual({ kind: "finish" });
  });

  test("halts over the threshold, of those that are there, and not again for what a person has seen", () => {
    const waves = [wave(0, { failed: 1, used: 4, away: 40 }), rest];
    expect(decideRotation(facts(waves), LATER)).toEqual({ kind: "halt", failed: 1, of: 5 });
    expect(decideRotation(facts(waves, { toleratedFailures: 1 }), LATER)).toEqual({ kind: "begin_wave", wave: 1 });
    expect(decideRotation(facts(waves, { abortPercent: 20 }), LATER)).toEqual({ kind: "begin_wave", wave: 1 });
    expect(decideRotation(facts([wave(0, { failed: 5 }), rest], { abortPercent: 100 }), LATER)).toEqual({ kind: "wait", wait: "canary" });
  });

  test("is finished when everybody is settled; laggards and failed ones keep it open", () => {
    const last = { wave: 1, waveCount: 2 };
    expect(decideRotation(facts([wave(0, { used: 5 }), wave(1, { used: 18, over: 2 })], last), LATER)).toEqual({ kind: "finish" });
    expect(decideRotation(facts([wave(0, { used: 5 }), wave(1, { used: 18, away: 2 })], last), LATER)).toEqual({ kind: "wait", wait: "laggards" });
    expect(decideRotation(facts([wave(0, { used: 4, failed: 1 }), wave(1, { used: 20 })], last), LATER)).toEqual({ kind: "wait", wait: "laggards" });
    expect(decideRotation(facts([wave(0, { used: 5 }), wave(1, { used: 18, pending: 2 })], last), LATER)).toEqual({ kind: "wait", wait: "devices" });
  });

  test("whatever the counts: never past the last wave, never on over the threshold, finished only without anybody open", () => {
    const count = fc.nat(5);
    const one = fc.record({ pending: count, away: count, used: count, failed: count, over: count });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), fc.nat(3), fc.nat(100), fc.nat(200_000), (rows, at, abortPercent, now) => {
        const waves = rows.map((row, index) => wave(index, row));
        const given = facts(waves, { wave: Math.min(at, waves.length - 1), abortPercent });
        const decision = decideRotation(given, now);
        if (decision.kind === "begin_wave") {
          expect(decision.wave).toBe(given.wave + 1);
          expect(decision.wave).toBeLessThan(given.waveCount);
          expect(waves.slice(0, given.wave + 1).every(({ pending }) => pending === 0)).toBe(true);
        }
        if (decision.kind === "finish") expect(waves.every(({ pending, away, failed }) => pending + away + failed === 0)).toBe(true);
        if (decision.kind === "halt") expect(decision.failed * 100).toBeGreaterThan(abortPercent * decision.of);
      }),
    );
  });
});
