import { expect, test } from "vitest";
import { isHealthy, type OnItsWay, type StuckAt, stuckAt } from "./funnel";

const now = new Date("2026-11-28T12:00:00Z");
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const device = (more: Partial<OnItsWay>): OnItsWay => ({
  state: "stored",
  since: ago(600),
  presence: "online",
  presenceSince: ago(30),
  reported: true,
  ...more,
});

test.each<[string, Partial<OnItsWay>, boolean, StuckAt | undefined]>([
  ["reports, and is connected", {}, true, undefined],
  ["sleeps, as it said", { presence: "sleeping" }, true, undefined],
  ["waits for somebody, for long", { state: "waiting", since: ago(61), presence: null, reported: false }, false, "approval"],
  ["waits for somebody, not for long", { state: "waiting", since: ago(59), presence: null, reported: false }, false, undefined],
  ["was let in and does not ask for it", { state: "approved", since: ago(11), presence: null, reported: false }, false, "answer"],
  ["never said that it has stored its token", { state: "issued", since: ago(11), presence: "never_seen", reported: false }, false, "answer"],
  ["is on its way", { state: "issued", since: ago(9), presence: "never_seen", reported: false }, false, undefined],
  ["connects and never reports", { since: ago(11), reported: false }, false, "first_report"],
  ["reported, and is away", { presence: "offline", presenceSince: ago(11) }, false, "away"],
  ["reported, and went just now", { presence: "offline", presenceSince: ago(9) }, false, undefined],
  ["was denied", { state: "denied", presence: null, reported: false }, false, undefined],
])("%s", (_, given, healthy, at) => {
  expect(isHealthy(device(given))).toBe(healthy);
  expect(stuckAt(device(given), now)?.at).toBe(at);
});

test("since when it is stuck: the step, or the absence", () => {
  expect(stuckAt(device({ state: "issued" }), now)?.since).toEqual(ago(600));
  expect(stuckAt(device({ presence: "offline" }), now)?.since).toEqual(ago(30));
});
