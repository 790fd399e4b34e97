import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { coalesce } from "./coalesce";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  const seen: (readonly number[])[] = [];
  return { seen, ...coalesce<number>(500, (items) => seen.push(items)) };
}

test("the first comes at once, what follows within the time comes together, in order, and nothing is lost", () => {
  const { seen, push } = open();
  push([1]);
  expect(seen).toEqual([[1]]);
  for (const n of [2, 3, 4]) {
    vi.advanceTimersByTime(100);
    push([n]);
  }
  expect(seen).toEqual([[1]]);
  vi.advanceTimersByTime(200);
  expect(seen).toEqual([[1], [2, 3, 4]]);
  vi.advanceTimersByTime(499);
  push([5]);
  expect(seen).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(seen).toEqual([[1], [2, 3, 4], [5]]);
});

test("after a pause the next is at once again", () => {
  const { seen, push } = open();
  push([1]);
  vi.advanceTimersByTime(1_000);
  push([2, 3]);
  expect(seen).toEqual([[1], [2, 3]]);
});

test("stopped, it hands on nothing more of what waited", () => {
  const { seen, push, stop } = open();
  push([1]);
  push([2]);
  stop();
  vi.advanceTimersByTime(1_000);
  expect(seen).toEqual([[1]]);
});
