import { describe, expect, test } from "vitest";
import { isOverdue, judgeRenewal, type RenewalFacts } from "./judge-renewal";
import { decideRenewal, RENEWAL_STATES } from "./renewal-state";

const DAY = 86_400_000;
const now = new Date("2026-11-28T12:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * DAY);
const held = { issuedAt: daysAgo(60), expiresAt: daysAgo(-30), revoked: false };
const ended = { issuedAt: daysAgo(100), expiresAt: daysAgo(10), revoked: false };

const judged = (facts: Partial<RenewalFacts>) => {
  const verdict = judgeRenewal({ via: "grant", lifecycle: "active", held, state: null, pending: false, asked: false, graceDays: 30, ...facts }, now);
  return verdict.is === "refuse" ? verdict.code : verdict.is;
};

describe("with a token that holds", () => {
  test.each<[string, Partial<RenewalFacts>, string]>([
    ["past half of its life", {}, "issue"],
    ["in the first half", { held: { ...held, issuedAt: daysAgo(20), expiresAt: daysAgo(-70) } }, "too_early"],
    ["in the first half, and asked to", { held: { ...held, issuedAt: daysAgo(1) }, asked: true }, "issue"],
    ["that was revoked meanwhile", { held: { ...held, revoked: true } }, "not_renewable"],
    ["that ended meanwhile", { held: ended }, "not_renewable"],
    ["none that renews itself", { held: undefined }, "not_renewable"],
    ["one on its way already", { pending: true, state: "issued" }, "issue"],
    ["suspended", { lifecycle: "suspended", pending: true }, "suspended"],
    ["retired", { lifecycle: "retired" }, "retired"],
    ["whatever was said about its coming home", { state: "denied" }, "issue"],
  ])("%s", (_, facts, verdict) => expect(judged(facts)).toBe(verdict));
});

describe("on the way home", () => {
  test.each<[string, Partial<RenewalFacts>, string]>([
    ["its token ended within the grace", { held: ended }, "issue"],
    ["on the last day of the grace", { held: { ...ended, expiresAt: daysAgo(29.99) } }, "issue"],
    ["after it", { held: { ...ended, expiresAt: daysAgo(30) } }, "wait"],
    ["no grace at all", { held: ended, graceDays: 0 }, "wait"],
    ["a person took its token back", { held: { ...held, revoked: true } }, "wait"],
    ["a person took back a token that ended", { held: { ...ended, revoked: true } }, "wait"],
    ["it never had one that renews itself", { held: undefined }, "wait"],
    ["it lost one that holds", {}, "issue"],
    ["it got one a minute ago", { held: { ...held, issuedAt: new Date(now.getTime() - 60_000) } }, "too_early"],
    ["a person agreed", { held: { ...held, revoked: true }, state: "approved" }, "issue"],
    ["a person agreed, and its answer was lost", { held: { ...held, revoked: true }, state: "issued", pending: true }, "issue"],
    ["a person agreed, and revoked what was on its way", { held: { ...held, revoked: true }, state: "issued" }, "wait"],
    ["a person said no", { held: ended, state: "denied" }, "denied"],
    ["suspended", { held: ended, lifecycle: "suspended" }, "suspended"],
    ["retired, though a person had agreed", { state: "approved", lifecycle: "retired" }, "retired"],
  ])("%s", (_, facts, verdict) => expect(judged({ via: "home", ...facts })).toBe(verdict));
});

test("overdue is who has not renewed in the last stretch", () => {
  expect(isOverdue({ issuedAt: daysAgo(84), expiresAt: daysAgo(-16) }, now)).toBe(false);
  expect(isOverdue({ issuedAt: daysAgo(85), expiresAt: daysAgo(-15) }, now)).toBe(true);
});

test("a person decides about who waits, and may think again", () => {
  const decided = [null, ...RENEWAL_STATES].map((state) => [decideRenewal(state, "approve"), decideRenewal(state, "deny")]);
  expect(decided).toEqual([
    [undefined, undefined],
    ["approved", "denied"],
    [undefined, "denied"],
    ["approved", undefined],
    [undefined, undefined],
    [undefined, undefined],
  ]);
});
