import { describe, expect, test } from "vitest";
import { GRANT_REQUEST_STATES, type GrantRequestAct, nextGrantState } from "./grant-approval";

const NOW = new Date("2026-11-01T12:00:00Z");
const LATER = new Date("2026-11-08T12:00:00Z");
const asker = { id: "usr_a", person: true, madeRequester: false };
const other = { id: "usr_b", person: true, madeRequester: false };
const right: Record<GrantRequestAct, typeof asker> = { approve: other, reject: other, withdraw: asker, collect: asker };
const outcome = (state: (typeof GRANT_REQUEST_STATES)[number], act: GrantRequestAct, by = right[act], expiresAt = LATER) => {
  try {
    return nextGrantState({ state, requestedById: "usr_a", expiresAt }, act, by, NOW);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("by who may", () => {
  const TABLE: Record<GrantRequestAct, readonly string[]> = {
    //         waiting      approved     rejected    withdrawn   collected
    approve: ["approved", "conflict", "conflict", "conflict", "conflict"],
    reject: ["rejected", "conflict", "conflict", "conflict", "conflict"],
    withdraw: ["withdrawn", "withdrawn", "conflict", "conflict", "conflict"],
    collect: ["conflict", "collected", "conflict", "conflict", "conflict"],
  };
  test.each(Object.entries(TABLE))("%s", (act, states) => {
    expect(GRANT_REQUEST_STATES.map((state) => outcome(state, act as GrantRequestAct))).toEqual(states);
  });
});

test.each<[string, GrantRequestAct, typeof asker]>([
  ["who asked", "approve", asker],
  ["who asked", "reject", asker],
  ["a key", "approve", { ...other, person: false }],
  ["who made the key that asked", "approve", { ...other, madeRequester: true }],
  ["somebody else", "withdraw", other],
  ["somebody else", "collect", other],
  ["who made the key that asked", "collect", { ...other, madeRequester: true }],
])("%s may not %s", (_, act, by) => {
  for (const state of GRANT_REQUEST_STATES) expect(outcome(state, act, by)).toBe("forbidden");
});

test("not after its time, to the millisecond", () => {
  for (const act of ["approve", "reject", "withdraw"] as const) expect(outcome("waiting", act, right[act], NOW)).toBe("expired");
  expect(outcome("approved", "collect", asker, NOW)).toBe("expired");
  expect(outcome("approved", "collect", asker, new Date(NOW.getTime() + 1))).toBe("collected");
});
