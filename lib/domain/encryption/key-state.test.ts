import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advanceKeys, type KeyFacts } from "./advance-keys";
import { KEY_STATES, type KeyEvent, type KeyState, nextKeyState, opens } from "./key-state";

const EVENTS: readonly KeyEvent[] = ["seen", "newer_seen", "replaced", "over", "forgotten"];

test("the whole table, received and not", () => {
  const table = KEY_STATES.map((state) => [state, ...EVENTS.map((event) => [true, false].map((received) => nextKeyState(state, event, received)).join("|"))]);
  expect(table).toEqual([
    ["next", "active|active", "grace|retired", "next|retired", "next|next", "next|next"],
    ["active", "active|active", "grace|grace", "active|active", "active|active", "active|active"],
    ["grace", "grace|grace", "grace|grace", "grace|grace", "retired|retired", "grace|grace"],
    ["retired", "retired|retired", "retired|retired", "retired|retired", "retired|retired", "destroyed|destroyed"],
    ["destroyed", "destroyed|destroyed", "destroyed|destroyed", "destroyed|destroyed", "destroyed|destroyed", "destroyed|destroyed"],
  ]);
});

test("no event ever makes a key younger", () => {
  const rank = (state: KeyState) => KEY_STATES.indexOf(state);
  for (const state of KEY_STATES)
    for (const event of EVENTS) for (const received of [true, false]) expect(rank(nextKeyState(state, event, received))).toBeGreaterThanOrEqual(rank(state));
  expect(KEY_STATES.filter(opens)).toEqual(["next", "active", "grace"]);
});

const HOUR = 3_600_000;
const key = (version: number, facts: Partial<KeyFacts> = {}): KeyFacts => ({
  version,
  state: "next",
  receivedAt: 1,
  firstSeenAt: null,
  lastSeenAt: null,
  supersededAt: null,
  retiredAt: null,
  overlapMs: 24 * HOUR,
  isHeld: false,
  ...facts,
});
const changes = (keys: KeyFacts[], now: number) => advanceKeys(keys, now).map(({ version, from, to }) => `${version}: ${from} > ${to}`);

describe("one device", () => {
  test("away for a week: its old key stays active, the new one waits", () => {
    expect(changes([key(1, { state: "active", firstSeenAt: 10 }), key(2, { receivedAt: null })], 7 * 24 * HOUR)).toEqual([]);
  });

  test("the first message with the new key moves both", () => {
    expect(changes([key(1, { state: "active", firstSeenAt: 10 }), key(2, { firstSeenAt: 20 })], 30)).toEqual(["1: active > grace", "2: next > active"]);
  });

  test("several versions behind: what it never had is retired, what it had is taken a while", () => {
    const keys = [key(1, { state: "active", firstSeenAt: 10 }), key(2, { receivedAt: null }), key(3), key(4, { firstSeenAt: 20 })];
    expect(changes(keys, 30)).toEqual(["1: active > grace", "2: next > retired", "3: next > grace", "4: next > active"]);
  });

  test("the old one retires when it is not seen any more, or when its overlap has passed, whichever is first", () => {
    const newer = key(2, { state: "active", firstSeenAt: 1_000 });
    const old = (facts: Partial<KeyFacts>) => [key(1, { state: "grace", firstSeenAt: 1, supersededAt: 1_000, ...facts }), newer];
    expect(changes(old({ lastSeenAt: 900 }), 1_000 + HOUR - 1)).toEqual([]);
    expect(changes(old({ lastSeenAt: 900 }), 1_000 + HOUR)).toEqual(["1: grace > retired"]);
    expect(changes(old({ lastSeenAt: 1_000 + 23 * HOUR }), 1_000 + 23.5 * HOUR)).toEqual([]);
    expect(changes(old({ lastSeenAt: 1_000 + 24 * HOUR }), 1_000 + 24 * HOUR)).toEqual(["1: grace > retired"]);
    expect(changes(old({ overlapMs: 0 }), 1_001)).toEqual(["1: grace > retired"]);
    expect(changes(old({ overlapMs: 0, isHeld: true }), 99 * HOUR)).toEqual([]);
  });

  test("a retired one is destroyed when no message of its time could be stored any more", () => {
    const keys = [key(1, { state: "retired", firstSeenAt: 1, supersededAt: 2, retiredAt: 100 }), key(2, { state: "active", firstSeenAt: 2 })];
    expect(changes(keys, 100 + 35 * 24 * HOUR - 1)).toEqual([]);
    expect(changes(keys, 100 + 35 * 24 * HOUR)).toEqual(["1: retired > destroyed"]);
  });

  test("never two that are current, whatever was seen in whatever order", () => {
    const states = fc.constantFrom<KeyState>("next", "active", "grace");
    const versions = fc.array(fc.record({ state: states, seen: fc.boolean(), received: fc.boolean() }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(versions, (rows) => {
        const keys = rows.map(({ state, seen, received }, index) =>
          key(index + 1, { state, firstSeenAt: seen || state === "active" ? 5 : null, receivedAt: received ? 1 : null }),
        );
        const after = new Map(keys.map(({ version, state }) => [version, state]));
        for (const { version, to } of advanceKeys(keys, 10)) after.set(version, to);
        expect([...after.values()].filter((state) => state === "active").length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
