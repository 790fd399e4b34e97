import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DISCONNECT_REASONS, type PresenceState } from "@/lib/protocol/presence";
import { advancePresence, isTold, type Presence, type PresenceInput } from "./advance-presence";
import { sessionEnd } from "./disconnect-cause";

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);
const plain = { ends: [], beneath: null };
const born: Presence = { state: "never_seen", cause: "never_connected", since: at(0), sessionNumber: null, ...plain };
const online: Presence = { state: "online", cause: "connected", since: at(10), sessionNumber: 5n, ...plain };
const silent: Presence = { state: "silent", cause: "late", since: at(10), sessionNumber: 5n, ...plain };
const unknown: Presence = { state: "unknown", cause: "broker_restarted", since: at(10), sessionNumber: 5n, ...plain };
const offline: Presence = { state: "offline", cause: "connection_lost", since: at(10), sessionNumber: 5n, ...plain };
const asleep: Presence = { state: "sleeping", cause: "planned_sleep", since: at(10), sessionNumber: 5n, ...plain };
/** Four sessions that broke at second 11 to 14; `back` has a fifth since second 15. */
const away: Presence = {
  state: "flapping",
  cause: "reconnecting",
  since: at(14),
  sessionNumber: 4n,
  ends: [1, 2, 3, 4].map((n) => ({ session: BigInt(n), at: at(10 + n) })),
  beneath: { state: "offline", cause: "connection_lost", since: at(14) },
};
const back: Presence = { ...away, sessionNumber: 5n, beneath: { state: "online", cause: "connected", since: at(15) } };

const connected = (session: bigint): PresenceInput => ({ kind: "connected", session, at: at(20) });
const lost = (session: bigint): PresenceInput => ({ kind: "disconnected", session, reason: "CONNECTION_LOST", at: at(20) });
const ended = (session: bigint): PresenceInput => ({ kind: "disconnected", session, reason: "SERVER_INITIATED_DISCONNECT", at: at(20) });
const takenOver = (session: bigint): PresenceInput => ({ kind: "disconnected", session, reason: "DUPLICATE_CLIENTID", at: at(20) });
const goodbye = (session: bigint): PresenceInput => ({ kind: "disconnected", session, reason: "CLIENT_INITIATED_DISCONNECT", at: at(20), sleeps: true });
const overslept: PresenceInput = { kind: "overslept", limitMs: 100_000, from: at(0), graceMs: 10_000, now: at(110) };
const heard: PresenceInput = { kind: "heard", at: at(20) };
const heardBefore: PresenceInput = { kind: "heard", at: at(9) };
const quiet: PresenceInput = { kind: "quiet", heardAt: at(12), limitMs: 15_000, now: at(28) };
const quietYet: PresenceInput = { kind: "quiet", heardAt: at(13), limitMs: 15_000, now: at(28) };
const brokerLost = (upToSession: bigint): PresenceInput => ({ kind: "broker_lost", upToSession, at: at(20) });
const brokerBack = (session: bigint): PresenceInput => ({ kind: "broker_back", session, at: at(20) });
const grace: PresenceInput = { kind: "grace", from: at(12), graceMs: 120_000, now: at(132) };
const settle: PresenceInput = { kind: "settle", watchedSince: at(0), backFrom: at(0), now: at(9_000) };
const graceRunning: PresenceInput = { kind: "grace", from: at(13), graceMs: 120_000, now: at(132) };

/** [state before, input, state and cause after; "same" when nothing changes] */
const TABLE: [string, Presence, PresenceInput, string][] = [
  ["first connection", born, connected(1n), "online connected"],
  ["first thing seen is an end", born, lost(1n), "offline connection_lost"],
  ["first thing seen is our own end", born, ended(1n), "unknown server_disconnect"],
  ["never seen, heard", born, heard, "same"],
  ["never seen, quiet", born, quiet, "same"],
  ["never seen, broker lost", born, brokerLost(9n), "same"],
  ["never seen, broker back", born, brokerBack(9n), "same"],
  ["never seen, grace", born, grace, "same"],
  ["never seen, nothing to settle", born, settle, "same"],

  ["online, newer session", online, connected(6n), "online connected"],
  ["online, same session again", online, connected(5n), "same"],
  ["online, older session late", online, connected(4n), "same"],
  ["online, its session ends", online, lost(5n), "offline connection_lost"],
  ["online, an old session ends", online, lost(4n), "same"],
  ["online, a newer session ended already", online, lost(6n), "offline connection_lost"],
  ["online, our side ends it", online, ended(5n), "unknown server_disconnect"],
  ["online, taken over", online, takenOver(5n), "unknown taken_over"],
  ["online, old one taken over", online, takenOver(4n), "same"],
  ["online, heard", online, heard, "same"],
  ["online, quiet", online, quiet, "silent late"],
  ["online, quiet, not long enough", online, quietYet, "same"],
  ["online, broker lost", online, brokerLost(5n), "unknown broker_restarted"],
  ["online, an older run lost", online, brokerLost(4n), "same"],
  ["online, broker back", online, brokerBack(5n), "same"],
  ["online, grace", online, grace, "same"],
  ["online, nothing to settle", online, settle, "same"],

  ["silent, newer session", silent, connected(6n), "online connected"],
  ["silent, same session again", silent, connected(5n), "same"],
  ["silent, its session ends", silent, lost(5n), "offline connection_lost"],
  ["silent, an old session ends", silent, lost(4n), "same"],
  ["silent, heard", silent, heard, "online reporting"],
  ["silent, quiet", silent, quiet, "same"],
  ["silent, broker lost", silent, brokerLost(5n), "unknown broker_restarted"],
  ["silent, grace", silent, grace, "same"],

  ["unknown, newer session", unknown, connected(6n), "online connected"],
  ["unknown, the lost session's connect late", unknown, connected(5n), "same"],
  ["unknown, the end of the lost session is told", unknown, lost(5n), "offline connection_lost"],
  ["unknown, our own end says no more", unknown, ended(5n), "same"],
  ["unknown, an old session ends", unknown, lost(4n), "same"],
  ["unknown, heard since", unknown, heard, "online reporting"],
  ["unknown, heard before", unknown, heardBefore, "same"],
  ["unknown, quiet", unknown, quiet, "same"],
  ["unknown, broker lost again", unknown, brokerLost(5n), "same"],
  ["unknown, heartbeat back, session open", unknown, brokerBack(5n), "online connected"],
  ["unknown, heartbeat back, another session", unknown, brokerBack(4n), "same"],
  ["unknown, grace over", unknown, grace, "offline not_back_after_broker_restart"],
  ["unknown, nothing to settle", unknown, settle, "same"],
  ["unknown, grace running", unknown, graceRunning, "same"],
  ["taken over and never back", { ...unknown, cause: "taken_over" }, grace, "offline taken_over"],
  ["taken over, heartbeat back", { ...unknown, cause: "taken_over" }, brokerBack(5n), "same"],

  ["offline, newer session", offline, connected(6n), "online connected"],
  ["offline, its own connect late", offline, connected(5n), "same"],
  ["offline, the end again", offline, takenOver(5n), "same"],
  ["offline, a newer session ended", offline, { ...lost(6n), reason: "TOKEN_REVOKED" } as PresenceInput, "offline token_revoked"],
  ["offline, heard", offline, heard, "same"],
  ["offline, quiet", offline, quiet, "same"],
  ["offline, broker lost", offline, brokerLost(9n), "same"],
  ["offline, broker back", offline, brokerBack(5n), "same"],
  ["offline, grace", offline, grace, "same"],
  ["offline, nothing to settle", offline, settle, "same"],

  ["online, a goodbye that is planned", online, goodbye(5n), "sleeping planned_sleep"],
  ["online, a sleeper's connection ends, nobody knows how", online, { ...goodbye(5n), reason: "CONNECTION_CLOSED" } as PresenceInput, "sleeping planned_sleep"],
  ["online, its connection ends, nobody knows how", online, { ...lost(5n), reason: "CONNECTION_CLOSED" } as PresenceInput, "offline connection_closed"],
  ["online, a sleeper breaks", online, { ...lost(5n), sleeps: true } as PresenceInput, "offline connection_lost"],
  ["unknown, the sleeper's goodbye is told", unknown, goodbye(5n), "sleeping planned_sleep"],
  ["sleeping, connected again", asleep, connected(6n), "online connected"],
  ["sleeping, its own connect late", asleep, connected(5n), "same"],
  ["sleeping, the goodbye again", asleep, goodbye(5n), "same"],
  ["sleeping, a newer session broke", asleep, lost(6n), "offline connection_lost"],
  ["sleeping, heard", asleep, heard, "same"],
  ["sleeping, quiet", asleep, quiet, "same"],
  ["sleeping, broker lost", asleep, brokerLost(5n), "same"],
  ["sleeping, broker back", asleep, brokerBack(5n), "same"],
  ["sleeping, grace", asleep, grace, "same"],
  ["sleeping, nothing to settle", asleep, settle, "same"],
  ["sleeping, its plan is over", asleep, overslept, "offline overslept"],
  ["sleeping, its plan runs", asleep, { ...overslept, now: at(109) } as PresenceInput, "same"],
  ["sleeping, over, but no broker lived until now", asleep, { ...overslept, from: at(105) } as PresenceInput, "same"],
  ["sleeping, its plan was taken back", asleep, { ...overslept, limitMs: null } as PresenceInput, "offline clean_disconnect"],
  ["never seen, nothing to oversleep", born, overslept, "same"],
  ["online, nothing to oversleep", online, overslept, "same"],
  ["unknown, nothing to oversleep", unknown, overslept, "same"],
  ["offline, nothing to oversleep", offline, overslept, "same"],
  ["flapping, nothing to oversleep", back, overslept, "same"],
  ["flapping, connected again", away, connected(5n), "flapping reconnecting"],
  ["flapping, connected long after its last end", away, { ...connected(5n), at: at(9_000) } as PresenceInput, "online connected"],
  ["flapping, ends again", back, lost(5n), "flapping reconnecting"],
  ["flapping, taken over", back, takenOver(5n), "flapping reconnecting"],
  ["flapping, our side ends it", back, ended(5n), "flapping reconnecting"],
  ["flapping, the same end again", away, lost(4n), "same"],
  ["flapping, the next end comes so late that it is too seldom", back, { ...lost(5n), at: at(400) } as PresenceInput, "offline connection_lost"],
  ["flapping, its token is revoked", back, { ...lost(5n), reason: "TOKEN_REVOKED" } as PresenceInput, "offline token_revoked"],
  ["flapping, heard", back, heard, "same"],
  ["flapping, quiet", back, quiet, "same"],
  ["flapping and connected, broker lost", back, brokerLost(5n), "unknown broker_restarted"],
  ["flapping and away, broker lost", away, brokerLost(5n), "same"],
  ["flapping, broker back", back, brokerBack(5n), "same"],
  ["flapping, grace", away, grace, "same"],
  ["flapping and connected, stable", back, settle, "online settled"],
  ["flapping and away, gone", away, settle, "offline connection_lost"],
  ["flapping and away, no broker to come back to", away, { ...settle, backFrom: undefined } as PresenceInput, "same"],
  ["flapping after a broker restart, connected again", { ...unknown, ends: away.ends }, connected(6n), "flapping reconnecting"],
];

describe("the table of transitions", () => {
  test.each(TABLE)("%s", (_, before, input, expected) => {
    const after = advancePresence(before, input);
    // That an older session ended is remembered, but changes nothing else.
    if (expected === "same") expect({ ...after, ends: before.ends }).toEqual(before);
    else expect(`${after.state} ${after.cause}`).toBe(expected);
  });

  test("every state meets every kind of input", () => {
    const met = new Set(TABLE.map(([, before, input]) => `${before.state} ${input.kind}`));
    const states: PresenceState[] = ["never_seen", "online", "sleeping", "unknown", "offline", "flapping"];
    const kinds: PresenceInput["kind"][] = ["connected", "disconnected", "heard", "quiet", "broker_lost", "broker_back", "grace", "overslept", "settle"];
    for (const state of states) for (const kind of kinds) expect(met, `${state} ${kind}`).toContain(`${state} ${kind}`);
  });
});

test("silence and the end of the grace date from the moment they became due, not from when they were noticed", () => {
  expect(advancePresence(online, { ...quiet, now: at(900) } as PresenceInput).since).toEqual(at(27));
  expect(advancePresence(unknown, { ...grace, now: at(900) } as PresenceInput).since).toEqual(at(132));
});

test("a reason outside the vocabulary counts as a lost connection", () => {
  expect(sessionEnd("SOMETHING_NEW")).toEqual({ state: "offline", cause: "connection_lost" });
  expect(sessionEnd(null)).toEqual({ state: "offline", cause: "connection_lost" });
});

/** Sessions 1..n, each with its connect and perhaps its end, in true order. */
/** Of a device that sleeps as planned, or does not. */
const storyArbitrary = fc
  .tuple(fc.array(fc.option(fc.constantFrom(...DISCONNECT_REASONS), { nil: undefined }), { minLength: 1, maxLength: 9 }), fc.boolean())
  .map(([reasons, sleeps]) =>
    reasons.flatMap((reason, index): PresenceInput[] => {
      const session = BigInt(index + 1);
      const start: PresenceInput = { kind: "connected", session, at: at(index * 10) };
      return reason ? [start, { kind: "disconnected", session, reason, at: at(index * 10 + 5), sleeps }] : [start];
    }),
  );

/** Everything but the moment at which flapping was noticed. */
const whatConverges = (presence: Presence) => (presence.state === "flapping" ? { ...presence, since: null } : presence);

test("any order and any duplication of session events converge to the same presence", () => {
  const arbitrary = storyArbitrary.chain((story) => {
    // Every event at least once, some of them again, shuffled.
    const withRepeats = fc.array(fc.constantFrom(...story), { maxLength: 10 }).map((more) => [...story, ...more]);
    return fc.tuple(
      fc.constant(story),
      withRepeats.chain((events) => fc.shuffledSubarray(events, { minLength: events.length })),
    );
  });
  fc.assert(
    fc.property(arbitrary, ([story, shuffled]) => {
      const inOrder = story.reduce(advancePresence, born);
      expect(whatConverges(shuffled.reduce(advancePresence, born))).toEqual(whatConverges(inOrder));
    }),
    { numRuns: 2000 },
  );
});

test("the end of an older session never ends a newer one", () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 100n), fc.bigInt(1n, 100n), fc.constantFrom(...DISCONNECT_REASONS), (a, b, reason) => {
      fc.pre(a < b);
      const up = advancePresence(born, { kind: "connected", session: b, at: at(1) });
      const after = advancePresence(up, { kind: "disconnected", session: a, reason, at: at(2) });
      expect(isTold(up, after)).toBe(false);
      expect({ ...after, ends: [] }).toEqual(up);
    }),
  );
});

describe("flapping", () => {
  const story = (reason: string | null, sessions: number, everySeconds: number): PresenceInput[] =>
    Array.from({ length: sessions }, (_, n): PresenceInput[] => [
      { kind: "connected", session: BigInt(n + 1), at: at(n * everySeconds) },
      { kind: "disconnected", session: BigInt(n + 1), reason, at: at((n + 0.5) * everySeconds) },
    ]).flat();
  /** What is told of these inputs, in order. */
  const told = (inputs: readonly PresenceInput[], from = born) => {
    const words: string[] = [];
    inputs.reduce((before, input) => {
      const after = advancePresence(before, input);
      if (isTold(before, after)) words.push(`${after.state} ${after.cause}`);
      return after;
    }, from);
    return words;
  };

  test("the fourth end within five minutes is told as flapping, and nothing after it while it goes on", () => {
    const three = Array(3).fill(["online connected", "offline connection_lost"]).flat();
    expect(told(story("CONNECTION_LOST", 200, 8))).toEqual([...three, "online connected", "flapping reconnecting"]);
    expect(told(story("MQTT_KEEP_ALIVE_TIMEOUT", 40, 100))).toHaveLength(8);
  });

  test("comes and goes more seldom: each time is told", () => {
    expect(told(story("CONNECTION_LOST", 20, 101))).toHaveLength(40);
  });

  test("two connections that take one identity from each other flap, in either order of the events", () => {
    const inputs: PresenceInput[] = [{ kind: "connected", session: 1n, at: at(0) }];
    for (let n = 1; n <= 6; n++) {
      const next: PresenceInput = { kind: "connected", session: BigInt(n + 1), at: at(n * 10) };
      const end: PresenceInput = { kind: "disconnected", session: BigInt(n), reason: "DUPLICATE_CLIENTID", at: at(n * 10) };
      inputs.push(...(n % 2 ? [next, end] : [end, next]));
    }
    expect(told(inputs)).toContain("flapping reconnecting");
    expect(inputs.reduce(advancePresence, born)).toMatchObject({ state: "flapping", sessionNumber: 7n, beneath: { state: "online" } });
    expect(told(inputs).join()).not.toContain("offline");
  });

  test.each(["SERVER_INITIATED_DISCONNECT", "SERVER_ERROR", "TOKEN_EXPIRED", "TOKEN_REVOKED"])("%s never counts, however often", (reason) => {
    expect(told(story(reason, 20, 5)).join()).not.toContain("flapping");
  });

  test("planned goodbyes never count", () => {
    const sleeper = story("CLIENT_INITIATED_DISCONNECT", 20, 5).map((input) => ({ ...input, sleeps: true }) as PresenceInput);
    expect(told(sleeper)).toHaveLength(40);
    expect(told(story("CLIENT_INITIATED_DISCONNECT", 20, 5)).join()).toContain("flapping");
  });

  test("broker restarts never count", () => {
    const restarts = Array.from({ length: 20 }, (_, n): PresenceInput[] => [
      { kind: "connected", session: BigInt(n + 1), at: at(n * 10) },
      { kind: "broker_lost", upToSession: BigInt(n + 1), at: at(n * 10 + 5) },
    ]).flat();
    expect(told(restarts).join()).not.toContain("flapping");
  });

  test("stable for three minutes, gone for two: each dates from when it became due, and the count starts anew", () => {
    const settled = advancePresence(back, { kind: "settle", watchedSince: at(0), backFrom: at(0), now: at(900) });
    expect(settled).toMatchObject({ state: "online", since: at(15 + 180), ends: [], beneath: null, sessionNumber: 5n });
    expect(advancePresence(back, { kind: "settle", watchedSince: at(0), backFrom: at(0), now: at(194) })).toBe(back);
    const gone = advancePresence(away, { kind: "settle", watchedSince: at(0), backFrom: at(0), now: at(900) });
    expect(gone).toMatchObject({ state: "offline", since: at(14 + 120), ends: [], beneath: null });
    expect(advancePresence(away, { kind: "settle", watchedSince: at(0), backFrom: at(0), now: at(133) })).toBe(away);
    expect(told([lost(5n)], settled)).toEqual(["offline connection_lost"]);
  });

  test("what nobody watched does not settle it", () => {
    expect(advancePresence(back, { kind: "settle", watchedSince: at(800), backFrom: at(800), now: at(900) })).toBe(back);
    expect(advancePresence(away, { kind: "settle", watchedSince: at(0), backFrom: at(800), now: at(900) })).toBe(away);
  });
});
