import { expect, test } from "vitest";
import { keysAnswer } from "./key-words";

const overview = (facts: { devices: number; behind?: number; withoutKey?: number }) =>
  keysAnswer({ current: 0, behind: 0, withoutKey: 0, offered: 0, leaksLastHour: 0, refusedLastHour: 0, ...facts });

test.each([
  [{ devices: 0 }, "No device encrypts"],
  [{ devices: 1 }, "The one device uses its newest key"],
  [{ devices: 1_844 }, "All 1,844 devices use their newest key"],
  [{ devices: 5, behind: 1 }, "1 device does not use its newest key yet"],
  [{ devices: 5, behind: 2, withoutKey: 1 }, "2 devices do not use their newest key yet, 1 other has no key"],
  [{ devices: 5, withoutKey: 3 }, "3 devices have no key"],
])("%j", (facts, words) => {
  expect(overview(facts)).toBe(words);
});
