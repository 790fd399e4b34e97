import { describe, expect, test } from "vitest";
import { assembleReceipt, maySettle, millisecondsUntil, outcomeOf, type ReceiptFacts, type RevokedSessionFacts, receiptSchema, saysTheSame } from "./receipt";

const at = new Date("2026-11-28T13:40:02.118Z");
const after = (ms: number) => new Date(at.getTime() + ms);

describe("what became of a session", () => {
  test.each([
    ["nobody has said yet", null, null, false, "open", null],
    ["nobody has said, and patience is over", null, null, true, "not_cut", null],
    ["the broker cut it", after(9), "TOKEN_REVOKED", true, "cut", 9],
    ["it left by itself", after(5), "CLIENT_INITIATED_DISCONNECT", true, "ended", 5],
    ["nothing was connected with the login any more", after(900), "NOT_CONNECTED", true, "ended", 900],
    ["its right to be there was removed", after(40), "ACCESS_REMOVED", true, "removed", 40],
    ["its broker was killed", after(-800), "SERVER_ERROR", true, "broker_restarted", null],
    ["its broker was stopped", after(800), "SERVER_INITIATED_DISCONNECT", true, "broker_restarted", null],
    ["the broker's clock is behind ours", after(-3), "TOKEN_REVOKED", true, "cut", -3],
  ] as const)("%s", (_, cutAt, endReason, givenUp, outcome, milliseconds) => {
    expect(outcomeOf({ cutAt, endReason }, givenUp)).toBe(outcome);
    expect(millisecondsUntil(at, { cutAt, endReason })).toBe(milliseconds);
  });
});

describe("when it may be signed", () => {
  test.each([
    ["at once: a session may not be recorded yet", 0, 0, undefined, false],
    ["all have ended", 1_000, 0, undefined, true],
    ["one is open", 1_000, 1, undefined, false],
    ["one is open after a minute", 60_000, 1, undefined, true],
    ["a broker was not looked at since", 1_000, 0, after(-1), false],
    ["it was", 1_000, 0, after(0), true],
    ["it never was, for a minute", 60_000, 0, new Date(0), true],
  ] as const)("%s", (_, age, open, lookedAt, may) => {
    expect(maySettle({ at, now: after(age), open, lookedAt })).toBe(may);
  });
});

const session = (clientId: string, cutAt: Date | null, endReason: string | null = "TOKEN_REVOKED"): RevokedSessionFacts => ({
  broker: "embedded",
  clientId,
  subject: clientId,
  tokenId: `tok_${clientId}`,
  address: "127.0.0.1",
  connectedAt: after(-60_000),
  cutAt,
  endReason: cutAt && endReason,
});
const facts = (sessions: RevokedSessionFacts[], tokens = sessions.length): ReceiptFacts => ({
  id: "rvk_1",
  fleetId: "flt_1",
  actor: { kind: "user", id: "usr_1", name: "Ops" },
  at,
  reason: "lost",
  selector: { deviceId: "dev_1" },
  tokenIds: Array.from({ length: tokens }, (_, index) => `tok_${index}`),
  tokensDigest: "d",
  sessions,
  reconnectsRefused: 2,
});
const signing = { version: 1, now: after(2_500) };

test("sessions come by their end, counted by what became of them", () => {
  const given = [session("c", after(214)), session("never", null), session("a", after(31)), session("b", after(33), "CONNECTION_LOST")];
  const receipt = receiptSchema.parse(assembleReceipt(facts(given), signing));
  expect(receipt.sessions.map(({ clientId, milliseconds, outcome }) => [clientId, milliseconds, outcome])).toEqual([
    ["a", 31, "cut"],
    ["b", 33, "ended"],
    ["c", 214, "cut"],
    ["never", null, "not_cut"],
  ]);
  expect(receipt.summary).toEqual({ sessions: 4, cut: 2, ended: 1, removed: 0, brokerRestarted: 0, notCut: 1, lastCutMilliseconds: 214 });
  expect([receipt.iat, receipt.jti, receipt.version, receipt.reconnectsRefused]).toEqual([Math.floor(after(2_500).getTime() / 1000), "rvk_1", 1, 2]);
});

test("of many tokens only those with a session are named, with their number and a digest of all", () => {
  const few = assembleReceipt(facts([], 200), signing);
  expect([few.tokens.complete, few.tokens.ids.length]).toEqual([true, 200]);
  const many = assembleReceipt(facts([session("a", after(1)), session("a", after(2))], 5_000), signing);
  expect(many.tokens).toEqual({ count: 5_000, ids: ["tok_a"], complete: false, sha256: "d" });
});

test("a later cut says something else; a refused reconnect does not", () => {
  const open = assembleReceipt(facts([session("a", null)]), signing);
  expect(saysTheSame(open, assembleReceipt({ ...facts([session("a", null)]), reconnectsRefused: 9 }, { version: 2, now: after(70_000) }))).toBe(true);
  expect(saysTheSame(open, assembleReceipt(facts([session("a", after(90_000))]), { version: 2, now: after(91_000) }))).toBe(false);
});
