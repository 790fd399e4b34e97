import { beforeEach, expect, test, vi } from "vitest";
import type { PresenceState } from "@/lib/protocol/presence";
import { LiveStore } from "./live-store";
import type { LiveMessage } from "./read-message";

let frame: (() => void) | undefined;
let waiting: number;
let store: LiveStore;

const nextFrame = () => {
  const flush = frame;
  frame = undefined;
  flush?.();
};
const presence = (state: PresenceState, version: number): LiveMessage => ({
  kind: "presence",
  presence: { device: "dev_a", state, cause: "connected", since: "2026-11-17T14:00:00.000Z", lastSeenAt: null, version },
});
const telemetry = (device: string, value: number): LiveMessage => ({
  kind: "telemetry",
  device,
  readings: [{ metric: "temperature", time: value, value, unit: undefined }],
});
const state = () => store.state().presence.get("dev_a")?.state;

beforeEach(() => {
  frame = undefined;
  waiting = 0;
  store = new LiveStore(
    (flush) => {
      if (frame) throw new Error("scheduled twice for one frame");
      frame = flush;
    },
    (count) => {
      waiting = count;
    },
  );
});

test("a thousand messages of one frame are one change", () => {
  const listener = vi.fn();
  store.subscribe(listener);
  for (let version = 1; version <= 1_000; version++) store.push(presence(version % 2 ? "online" : "offline", version));
  expect(listener).not.toHaveBeenCalled();
  nextFrame();
  expect(listener).toHaveBeenCalledTimes(1);
  expect(state()).toBe("offline");
});

test("a pause holds everything back and counts it; its end shows the newest", () => {
  store.push(presence("online", 1));
  nextFrame();
  store.pause();
  store.push(presence("offline", 2));
  store.push(presence("online", 3));
  nextFrame();
  store.push(presence("silent", 4));
  nextFrame();
  expect(state()).toBe("online");
  expect(waiting).toBe(3);
  store.resume();
  expect(state()).toBe("silent");
});

test("readings go to the followers of their device only, a frame's worth at once", () => {
  const listener = vi.fn();
  const stop = store.onTelemetry("dev_a", listener);
  store.push(telemetry("dev_a", 1));
  store.push(telemetry("dev_b", 2));
  store.push(telemetry("dev_a", 3));
  nextFrame();
  expect(listener).toHaveBeenCalledTimes(1);
  expect(listener.mock.calls[0]?.[0].map(({ value }: { value: number }) => value)).toEqual([1, 3]);
  stop();
  store.push(telemetry("dev_a", 4));
  nextFrame();
  expect(listener).toHaveBeenCalledTimes(1);
});

test("another fleet starts from nothing", () => {
  store.push(presence("online", 9));
  nextFrame();
  store.push(presence("offline", 10));
  store.reset();
  nextFrame();
  expect(store.state().presence.size).toBe(0);
});
