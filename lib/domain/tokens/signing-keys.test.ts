import { describe, expect, test } from "vitest";
import {
  decideRotation,
  isPastGrace,
  JWKS_MAX_AGE_SECONDS,
  PUBLISH_AHEAD_MINUTES,
  RETIRE_GRACE_MS,
  retirementProblem,
  type SigningKeyState,
  type SigningKeyTimes,
  signerOf,
  signingKeyState,
  signsUntil,
} from "./signing-keys";

const MINUTE = 60_000;
const start = Date.parse("2026-11-28T12:00:00Z");
const at = (minutes: number) => new Date(start + minutes * MINUTE);
/** Signs from and retired at, in minutes. */
const key = (kid: string, from: number, retired?: number): SigningKeyTimes => ({
  kid,
  createdAt: at(from - 10),
  signsFrom: at(from),
  retiredAt: retired === undefined ? null : at(retired),
});
const statesOf = (keys: SigningKeyTimes[], minutes: number) => keys.map((one) => signingKeyState(one, keys, at(minutes)));

test("a key is published for longer than a cache holds the set", () => {
  expect(PUBLISH_AHEAD_MINUTES.least * 60).toBeGreaterThan(JWKS_MAX_AGE_SECONDS);
});

/** Keys in the order of their turn; what each is at that minute. */
const TABLE: [name: string, keys: SigningKeyTimes[], minute: number, states: SigningKeyState[]][] = [
  ["the first", [key("a", 0)], 0, ["signing"]],
  ["a new one is published", [key("a", 0), key("b", 20)], 10, ["signing", "upcoming"]],
  ["a millisecond before its turn", [key("a", 0), key("b", 20)], 20 - 1 / MINUTE, ["signing", "upcoming"]],
  ["its turn", [key("a", 0), key("b", 20)], 20, ["verifying", "signing"]],
  ["a third is coming", [key("a", 0), key("b", 20), key("c", 50)], 45, ["verifying", "signing", "upcoming"]],
  ["the first is retired", [key("a", 0, 30), key("b", 20)], 40, ["retired", "signing"]],
  ["the coming one is withdrawn", [key("a", 0), key("b", 20, 15)], 40, ["signing", "retired"]],
  ["a clock that is behind, after the first was retired", [key("a", 0, 19), key("b", 20)], 18, ["retired", "signing"]],
  ["every clock is behind", [key("a", 10), key("b", 20)], 5, ["signing", "upcoming"]],
];
test.each(TABLE)("%s", (_, keys, minute, states) => {
  expect(statesOf(keys, minute)).toEqual(states);
  expect(statesOf(keys, minute).filter((state) => state === "signing")).toHaveLength(1);
  expect(signingKeyState(signerOf(keys, at(minute)) ?? key("none", 0), keys, at(minute))).toBe("signing");
});

test("time alone moves a key forward only", () => {
  const keys = [key("a", 0), key("b", 20), key("c", 60)];
  const order: SigningKeyState[] = ["upcoming", "signing", "verifying", "retired"];
  for (const one of keys) {
    const ranks = Array.from({ length: 200 }, (_, minute) => order.indexOf(signingKeyState(one, keys, at(minute))));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  }
});

test("of two with the same turn the later made one signs, then the greater name: all processes choose the same", () => {
  const older = { ...key("z", 0), createdAt: at(-20) };
  expect(signerOf([key("a", 0), older], at(1))?.kid).toBe("a");
  expect(signerOf([key("a", 0), key("b", 0)], at(1))?.kid).toBe("b");
  expect(signerOf([key("b", 0), key("a", 0)], at(1))?.kid).toBe("b");
  expect(signerOf([], at(1))).toBeUndefined();
});

test("until when it signs", () => {
  const keys = [key("a", 0), key("withdrawn", 15, 10), key("b", 20), key("c", 60)];
  expect(keys.map((one) => signsUntil(one, keys))).toEqual([at(20), at(20), at(60), null]);
  const retired = [key("a", 0, 90), key("b", 20, 95), key("c", 60)];
  expect(retired.map((one) => signsUntil(one, retired))).toEqual([at(20), at(60), null]);
});

describe("rotation", () => {
  const rotate = (keys: SigningKeyTimes[], minute: number, immediately = false) => decideRotation(keys, { now: at(minute), aheadMs: 10 * MINUTE, immediately });

  test("a new key signs ten minutes later", () => {
    expect(rotate([key("a", 0)], 5)).toEqual({ kind: "new", signsFrom: at(15) });
    expect(rotate([], 5)).toEqual({ kind: "new", signsFrom: at(15) });
  });
  test("a second upcoming one is refused, with the name of the first", () => {
    expect(rotate([key("a", 0), key("b", 20)], 15)).toEqual({ kind: "refused", upcoming: "b" });
    expect(rotate([key("a", 0), key("b", 20)], 20)).toEqual({ kind: "new", signsFrom: at(30) });
    expect(rotate([key("a", 0), key("b", 20, 12)], 15)).toEqual({ kind: "new", signsFrom: at(25) });
  });
  test("at once: the upcoming one, else a new one", () => {
    expect(rotate([key("a", 0)], 5, true)).toEqual({ kind: "new", signsFrom: at(5) });
    expect(rotate([key("a", 0), key("b", 20)], 15, true)).toEqual({ kind: "bring_forward", kid: "b", signsFrom: at(15) });
  });
  test("never before the present one, whatever the clock says", () => {
    const keys = [key("a", 30)];
    const decided = rotate(keys, 5, true);
    expect(decided).toEqual({ kind: "new", signsFrom: new Date(at(30).getTime() + 1) });
  });
});

test("what is in the way of retiring", () => {
  const keys = [key("gone", -30, 5), key("old", 0), key("now", 20), key("next", 60)];
  expect(["gone", "old", "now", "next", "nobody"].map((kid) => retirementProblem(kid, keys, at(30)))).toEqual([
    "retired",
    undefined,
    "signing",
    undefined,
    "unknown",
  ]);
  expect(retirementProblem("only", [key("only", 60)], at(0))).toBe("signing");
});

test("by itself: an hour after it stopped signing, not while it signs or before it does", () => {
  const keys = [key("old", 0), key("now", 20), key("next", 500)];
  const grace = RETIRE_GRACE_MS / MINUTE;
  const due = (minute: number) => keys.filter((one) => isPastGrace(one, keys, at(minute))).map(({ kid }) => kid);
  expect([due(20), due(20 + grace - 1), due(20 + grace), due(499)]).toEqual([[], [], ["old"], ["old"]]);
});
