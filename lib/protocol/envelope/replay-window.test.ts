import fc from "fast-check";
import { expect, test } from "vitest";
import { acceptSequence, EMPTY_WINDOW, REPLAY_WINDOW, type ReplayWindow, readWindow, windowBytes } from "./replay-window";

function run(numbers: readonly number[], from: ReplayWindow = EMPTY_WINDOW) {
  let window = from;
  const accepted: number[] = [];
  for (const seq of numbers) {
    const next = acceptSequence(window, seq);
    if (!next) continue;
    window = next;
    accepted.push(seq);
  }
  return { window, accepted };
}

test("each number is taken once, in any order within the window", () => {
  expect(run([5, 3, 5, 4, 3, 6, 4]).accepted).toEqual([5, 3, 4, 6]);
  expect(run([0, 0]).accepted).toEqual([0]);
});

test("what is too old to tell is refused", () => {
  const base = 1_764_308_000_000;
  const { window } = run([base]);
  expect(acceptSequence(window, base - REPLAY_WINDOW)).toBeUndefined();
  expect(acceptSequence(window, base - REPLAY_WINDOW + 1)).toBeDefined();
});

test("agrees with a set of all numbers ever seen, over any jumps", () => {
  const steps = fc.array(fc.integer({ min: -1_500, max: 2_500 }), { maxLength: 300 });
  fc.assert(
    fc.property(steps, (jumps) => {
      const seen = new Set<number>();
      let window = EMPTY_WINDOW;
      let at = 2 ** 45;
      for (const jump of jumps) {
        at += jump;
        const next = acceptSequence(window, at);
        const isOld = window.highest >= 0 && at <= window.highest - REPLAY_WINDOW;
        expect(next !== undefined).toBe(!isOld && !seen.has(at));
        if (next) window = next;
        seen.add(at);
      }
    }),
  );
});

test("survives being stored", () => {
  const { window } = run([7, 9, 1_000, 2_000, 1_999]);
  const stored = readWindow(window.highest, windowBytes(window));
  expect(stored).toEqual(window);
  expect(acceptSequence(stored, 1_999)).toBeUndefined();
  expect(acceptSequence(stored, 1_998)).toBeDefined();
});

test("ten thousand replays: none is accepted", () => {
  const numbers = Array.from({ length: 10_000 }, (_, index) => index + 1);
  const { window, accepted } = run(numbers);
  expect(accepted).toHaveLength(10_000);
  expect(run(numbers, window).accepted).toEqual([]);
});
