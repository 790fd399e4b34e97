import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DISCONNECT_REASONS, type PresenceState } from "@/lib/protocol/presence";
import { advancePresence, type Presence, type PresenceInput } from "./advance-presence";
import { sessionEnd } from "./disconnect-cause";

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);
const born: Presence = { state: "never_seen", cause: "never_connected", since: at(0), sessionNumber: null };
const online: Presence = { state: "online", cause: "connected", since: at(10), sessionNumber: 5n };
const silent: Presence = { state: "silent", cause: "late", since: at(10), sessionNumber: 5n };
const unknown: Presence = { state: "unknown", cause: "broker_restarted", since: at(10), sessionNumber: 5n };
const offline: Presence = { state: "offline", cause: "connection_lost", since: at(10), sessionNumber: 5n };

const connected = (session: bigint): PresenceInput => ({ kind: "connected", session, at: at(20) });
const lost = (session: bigint): PresenceInput => ({ kind: "disconnected", session, reason: "CONNECTION_LOST", at: at(20) });
const ended = (session: bigint): PresenceInput => ({ kind: "disconnected", session, reason: "SERVER_INITIATED_DISCONNECT", at: at(20) });
const takenOver = (session: bigint): PresenceInput => ({ kind: "disconnected", session, reason: "DUPLICATE_CLIENTID", at: at(20) });
const heard: PresenceInput = { kind: "heard", at: at(20) };
const heardBefore: PresenceInput = { kind: "heard", at: at(9) };
const quiet: PresenceInput = { kind: "quiet", heardAt: at(12), limitMs: 15_000, now: at(28) };
const quietYet: PresenceInput = { kind: "quiet", heardAt: at(13), limitMs: 15_000, now: at(28) };
const brokerLost = (upToSession: bigint): PresenceInput => ({ kind: "broker_lost", upToSession, at: at(20) });
const brokerBack = (session: bigint): PresenceInput => ({ kind: "broker_back", session, at: at(20) });
const grace: PresenceInput = { kind: "grace", from: at(12), graceMs: 120_000, now: at(132) };
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
];

describe("the table of transitions", () => {
  test.each(TABLE)("%s", (_, before, input, expected) => {
    const after = advancePresence(before, input);
    if (expected === "same") expect(after).toBe(before);
    else expect(`${after.state} ${after.cause}`).toBe(expected);
  });

  test("every state meets every kind of input", () => {
    const met = new Set(TABLE.map(([, before, input]) => `${before.state} ${input.kind}`));
    const states: PresenceState[] = ["never_seen", "online", "unknown", "offline"];
    const kinds: PresenceInput["kind"][] = ["connected", "disconnected", "heard", "quiet", "broker_lost", "broker_back", "grace"];
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
const storyArbitrary = fc.array(fc.option(fc.constantFrom(...DISCONNECT_REASONS), { nil: undefined }), { minLength: 1, maxLength: 6 }).map((reasons) =>
  reasons.flatMap((reason, index): PresenceInput[] => {
    const session = BigInt(index + 1);
    const start: PresenceInput = { kind: "connected", session, at: at(index * 10) };
    return reason ? [start, { kind: "disconnected", session, reason, at: at(index * 10 + 5) }] : [start];
  }),
);

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
      expect(shuffled.reduce(advancePresence, born)).toEqual(inOrder);
    }),
    { numRuns: 2000 },
  );
});

test("the end of an older session never ends a newer one", () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 100n), fc.bigInt(1n, 100n), fc.constantFrom(...DISCONNECT_REASONS), (a, b, reason) => {
      fc.pre(a < b);
      const up = advancePresence(born, { kind: "connected", session: b, at: at(1) });
      expect(advancePresence(up, { kind: "disconnected", session: a, reason, at: at(2) })).toBe(up);
    }),
  );
});
