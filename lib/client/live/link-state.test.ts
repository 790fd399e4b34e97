import { expect, test } from "vitest";
import { advanceLink, initialLink, type LinkEvent, type LinkState, STALE_AFTER_MS, viewLink } from "./link-state";

const t0 = 1_000_000;
const run = (events: LinkEvent[]): LinkState => events.reduce(advanceLink, initialLink(t0));

test("connecting, then live", () => {
  expect(viewLink(initialLink(t0), t0 + 100)).toEqual({ kind: "connecting" });
  expect(viewLink(run([{ type: "connected", at: t0 + 200 }]), t0 + 300)).toEqual({ kind: "live" });
});

test("a page that never connects becomes stale since it was opened", () => {
  expect(viewLink(initialLink(t0), t0 + STALE_AFTER_MS)).toEqual({ kind: "stale", since: t0 });
});

test("a page that has not begun to connect is not stale", () => expect(viewLink(initialLink(0), t0)).toEqual({ kind: "connecting" }));

test("a loss counts its seconds, then is stale since the loss, not since a later failed attempt", () => {
  const lost = run([
    { type: "connected", at: t0 },
    { type: "lost", at: t0 + 5_000 },
    { type: "lost", at: t0 + 9_000 },
  ]);
  expect(viewLink(lost, t0 + 6_000)).toEqual({ kind: "reconnecting", since: t0 + 5_000 });
  expect(viewLink(lost, t0 + 5_000 + STALE_AFTER_MS)).toEqual({ kind: "stale", since: t0 + 5_000 });
  expect(viewLink(advanceLink(lost, { type: "connected", at: t0 + 20_000 }), t0 + 20_000)).toEqual({ kind: "live" });
});

test("a pause counts what waits and stops the 'updated' clock", () => {
  const paused = run([{ type: "connected", at: t0 }, { type: "paused" }, { type: "queued", waiting: 7 }, { type: "received", at: t0 + 9_000 }]);
  expect(viewLink(paused, t0 + 9_000)).toEqual({ kind: "paused", waiting: 7 });
  expect(paused.updatedAt).toBe(t0);
  const resumed = advanceLink(paused, { type: "resumed" });
  expect(viewLink(resumed, t0 + 9_000)).toEqual({ kind: "live" });
  expect(resumed.waiting).toBe(0);
});

test("a lost link outranks a pause", () => {
  const both = run([{ type: "connected", at: t0 }, { type: "paused" }, { type: "lost", at: t0 + 1_000 }]);
  expect(viewLink(both, t0 + 2_000).kind).toBe("reconnecting");
});
