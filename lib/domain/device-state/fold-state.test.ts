import { describe, expect, test } from "vitest";
import type { StateReport } from "@/lib/protocol/state";
import { foldLayers, foldReport, type StateFacts, sourcesOf } from "./fold-state";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 12, minute));
const nothing: StateFacts = {
  version: 0,
  appliedVersion: 0,
  overrides: {},
  desired: {},
  reported: {},
  reportedAt: null,
  errors: {},
  paths: {},
  status: null,
  statusSince: at(0),
};
const want = (before: StateFacts, overrides: StateFacts["overrides"], minute: number, defaults = {}) => foldLayers(before, { defaults, overrides }, at(minute));
const say = (before: StateFacts, report: StateReport, minute: number) => foldReport(before, report, at(minute));
const words = ({ paths }: StateFacts) =>
  Object.fromEntries(Object.entries(paths).map(([path, { status, since }]) => [path, `${status} ${since.slice(14, 16)}`]));

describe("layers", () => {
  test("a device's own state goes before its profile's, and each value says where it comes from", () => {
    const { state, changes } = want(nothing, { a: 1 }, 1, { a: 2, b: { c: 3 } });
    expect(state.desired).toEqual({ a: 1, b: { c: 3 } });
    expect([...sourcesOf(state)]).toEqual([
      ["a", "device"],
      ["b.c", "profile"],
    ]);
    expect(changes).toEqual([
      { path: "a", to: 1 },
      { path: "b.c", to: 3 },
    ]);
  });

  test("the version rises only when what is desired changes", () => {
    const first = want(nothing, { a: 1 }, 1);
    expect(first).toMatchObject({ isDue: true, state: { version: 1 } });
    const same = want(first.state, { a: 1 }, 2, { a: 7 });
    expect(same).toMatchObject({ isDue: false, changes: [], state: { version: 1 } });
  });
});

describe("since when", () => {
  test("pending, applied, drifted, wanted otherwise: each with its own moment", () => {
    let { state } = want(nothing, { a: 1, b: 2 }, 1);
    expect(words(state)).toEqual({ a: "pending 01", b: "pending 01" });
    state = say(state, { version: 1, reported: { a: 1 } }, 2).state;
    expect(words(state)).toEqual({ a: "in_sync 02", b: "unreported 02" });
    expect(state.status).toBe("unreported");
    state = say(state, { patch: { b: 2 } }, 3).state;
    expect(words(state)).toEqual({ a: "in_sync 02", b: "in_sync 03" });
    state = say(state, { patch: { a: 9 } }, 4).state;
    expect(words(state)).toEqual({ a: "pending 04", b: "in_sync 03" });
    expect([state.status, state.statusSince]).toEqual(["pending", at(4)]);
  });

  test("what the device does not take is an error until it is wanted otherwise", () => {
    let { state } = want(nothing, { a: "loud" }, 1);
    const refused = say(state, { version: 1, reported: { a: "quiet" }, errors: { a: "One of quiet, normal." } }, 2);
    expect(refused.changes).toEqual([
      { path: "a", to: "quiet" },
      { path: "a", error: "One of quiet, normal." },
    ]);
    expect(words(refused.state)).toEqual({ a: "error 02" });
    state = want(refused.state, { a: "normal" }, 3).state;
    expect([words(state), state.errors]).toEqual([{ a: "pending 03" }, {}]);
  });
});

describe("versions", () => {
  const { state } = want(nothing, { a: 1 }, 1);
  test("a device that lost its disk is sent it again", () => {
    const applied = say(state, { version: 1, reported: { a: 1 } }, 2).state;
    expect(say(applied, { version: 0, reported: {} }, 3)).toMatchObject({ isDue: true, state: { appliedVersion: 0, status: "pending" } });
  });
  test("a device that is ahead of us (our database was restored) is counted on from", () => {
    expect(say(state, { version: 40, reported: {} }, 2)).toMatchObject({ isDue: true, state: { version: 41, appliedVersion: 40, status: "pending" } });
  });
  test("a value without a version says nothing of what was worked through", () => {
    expect(say(state, { patch: { x: 1 } }, 2)).toMatchObject({ isDue: false, changes: [], state: { appliedVersion: 0, reported: { x: 1 } } });
  });
});
