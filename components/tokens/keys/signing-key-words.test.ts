import { expect, test } from "vitest";
import type { SigningKeyState } from "@/lib/domain/tokens/signing-keys";
import { countdown, fleetWords, keysAnswer } from "./signing-key-words";

test.each<[SigningKeyState[], string]>([
  [["signing"], "One key signs"],
  [["signing", "retired"], "One key signs"],
  [["upcoming", "signing"], "One key signs, the next is on its way"],
  [["signing", "verifying"], "One key signs, 1 more is accepted"],
  [["upcoming", "signing", "verifying", "verifying"], "One key signs, 2 more are accepted, the next is on its way"],
])("%s: %s", (states, answer) => {
  expect(keysAnswer(states.map((state) => ({ state })))).toBe(answer);
});

test.each([
  [-5, "0:00"],
  [1, "0:01"],
  [59_999, "1:00"],
  [605_000, "10:05"],
  [3_723_000, "1:02:03"],
  [183_845_000, "2 d 03:04:05"],
])("%d ms: %s", (ms, text) => {
  expect(countdown(ms)).toBe(text);
});

test("fleets, the first five by name", () => {
  const fleets = Array.from({ length: 7 }, (_, index) => ({ id: `flt_${index}`, name: `F${index}`, tokens: 1_000 }));
  expect(fleetWords(fleets.slice(0, 2))).toBe("F0: 1,000, F1: 1,000");
  expect(fleetWords(fleets)).toBe("F0: 1,000, F1: 1,000, F2: 1,000, F3: 1,000, F4: 1,000, and 2 more");
  expect(fleetWords([])).toBe("none");
});
