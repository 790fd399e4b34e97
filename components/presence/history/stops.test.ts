import { expect, test } from "vitest";
import type { DeviceHistory } from "@/lib/domain/presence/history-view";
import { nearestStop, stopAfterKey, stopsOf } from "./stops";

const at = (minute: number) => new Date(1_800_000_000_000 + minute * 60_000).toISOString();
const session = { number: "7", address: "10.0.0.9", network: "10.0.0.0/24", networkChanged: false, transport: "tls", keepAliveSeconds: 60 };
const history: DeviceHistory = {
  from: at(0),
  to: at(60),
  states: [
    { at: at(-30), state: "offline", cause: "connection_lost", text: "The connection broke." },
    { at: at(10), state: "online", cause: "connected", text: "Connected." },
  ],
  sessions: [{ ...session, connectedAt: at(10), endedAt: at(40), reason: null, end: "ours" }],
  events: [{ at: at(20), kind: "token", text: "Token granted", detail: "tok_1" }],
  truncated: false,
  connectedShare: 0.5,
  failures: 0,
  meanTimeBetweenFailuresMs: null,
  longestGapMs: 0,
  networkChanges: 0,
};

test("what began before the range is drawn, but is no stop; the rest is in order of time", () => {
  const stops = stopsOf(history);
  expect(stops.map(({ text }) => text)).toEqual(["Online", "Session 7 opened", "Token granted", "Session 7 ended"]);
  expect(stops[3]?.detail).toBe("Our broker restarted.");
  expect(nearestStop(stops, Date.parse(at(21)))).toBe(2);
  expect(nearestStop(stops, Date.parse(at(21)), "session")).toBe(1);
  expect(nearestStop(stops, Date.parse(at(21)), "will")).toBeUndefined();
});

test("keys stay within the stops", () => {
  expect(stopAfterKey("ArrowRight", 3, 4)).toBe(3);
  expect(stopAfterKey("ArrowLeft", 0, 4)).toBe(0);
  expect(stopAfterKey("End", 0, 4)).toBe(3);
  expect(stopAfterKey("x", 0, 4)).toBeUndefined();
});
