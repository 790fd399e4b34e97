import { expect, test } from "vitest";
import { type PastSession, reliability } from "./reliability";

const HOUR = 3_600_000;
const session = (from: number, to: number | null, reason: string | null = "CONNECTION_LOST", network = "10.0.0.0/24"): PastSession => ({
  connectedAt: from * HOUR,
  endedAt: to === null ? null : to * HOUR,
  reason,
  network,
});

test("time connected, failures, the longest gap and changes of network; in any order", () => {
  const sessions = [session(10, 14), session(16, 20, "CLIENT_INITIATED_DISCONNECT"), session(23, null, null, "10.9.0.0/24")];
  const told = reliability(sessions, 0, 30 * HOUR);
  expect(told).toEqual({
    connectedShare: 15 / 20,
    failures: 1,
    meanTimeBetweenFailuresMs: 15 * HOUR,
    longestGapMs: 3 * HOUR,
    networkChanges: 1,
  });
  expect(reliability([...sessions].reverse(), 0, 30 * HOUR)).toEqual(told);
});

test("one that is away counts its absence; what lies before counts not; overlaps count once", () => {
  expect(reliability([session(0, 12), session(11, 20)], 10 * HOUR, 40 * HOUR)).toMatchObject({ connectedShare: 10 / 30, longestGapMs: 20 * HOUR, failures: 2 });
  expect(reliability([session(0, 5)], 10 * HOUR, 40 * HOUR)).toMatchObject({ connectedShare: null, failures: 0, longestGapMs: 0 });
  expect(reliability([], 0, HOUR)).toMatchObject({ connectedShare: null, meanTimeBetweenFailuresMs: null });
});
