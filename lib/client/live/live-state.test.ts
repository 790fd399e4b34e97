import { expect, test } from "vitest";
import type { LiveEvent } from "@/lib/protocol/live";
import type { PresenceMessage, PresenceState } from "@/lib/protocol/presence";
import { applyMessages, EVENTS_KEPT, emptyLive } from "./live-state";
import type { LiveMessage } from "./read-message";

const presence = (device: string, state: PresenceState, version: number): LiveMessage => ({
  kind: "presence",
  presence: { device, state, cause: "connected", since: "2026-11-17T14:00:00.000Z", lastSeenAt: null, version } satisfies PresenceMessage,
});
const event = (id: string, second: number): LiveMessage => ({
  kind: "event",
  event: {
    id,
    at: new Date(Date.UTC(2026, 10, 17, 14, 0, second)).toISOString(),
    kind: "presence",
    deviceId: null,
    deviceName: null,
    mark: "",
    text: id,
  } satisfies LiveEvent,
});
const summary = (at: string, devices: number): LiveMessage => ({
  kind: "summary",
  summary: { at, devices, counts: {} as never, messagesPerSecond: 0, rejectedLastHour: 0, openAlerts: 0, openOutages: 0 },
});

test("an older presence never replaces a newer one, in whatever order they come", () => {
  const forwards = applyMessages(emptyLive, [presence("dev_a", "offline", 4), presence("dev_a", "online", 5)]);
  const backwards = applyMessages(applyMessages(emptyLive, [presence("dev_a", "online", 5)]), [presence("dev_a", "offline", 4)]);
  expect(forwards.presence.get("dev_a")?.state).toBe("online");
  expect(backwards.presence.get("dev_a")?.state).toBe("online");
});

test("a repeated message changes nothing, not even identity", () => {
  const state = applyMessages(emptyLive, [presence("dev_a", "online", 5), event("e1", 1)]);
  expect(applyMessages(state, [presence("dev_a", "online", 5), event("e1", 1)])).toBe(state);
});

test("parts that nothing touched stay identical; the earlier state is left alone", () => {
  const before = applyMessages(emptyLive, [presence("dev_a", "online", 1)]);
  const after = applyMessages(before, [presence("dev_b", "online", 1), presence("dev_a", "silent", 2)]);
  expect(after.events).toBe(before.events);
  expect(before.presence.size).toBe(1);
  expect(before.presence.get("dev_a")?.state).toBe("online");
  expect(after.presence.get("dev_a")?.state).toBe("silent");
});

test("events are unique, newest first, and bounded", () => {
  const state = applyMessages(emptyLive, [event("b", 2), event("a", 1), event("c", 3), event("b", 2)]);
  expect(state.events.map(({ id }) => id)).toEqual(["c", "b", "a"]);
  const many = applyMessages(
    emptyLive,
    Array.from({ length: EVENTS_KEPT + 20 }, (_, index) => event(`e${index}`, index % 60)),
  );
  expect(many.events).toHaveLength(EVENTS_KEPT);
});

test("a retained summary that is older than the one on screen is ignored", () => {
  const state = applyMessages(emptyLive, [summary("2026-11-17T14:00:02.000Z", 2), summary("2026-11-17T14:00:01.000Z", 1)]);
  expect(state.summary?.devices).toBe(2);
});

test("an alert's older version is ignored", () => {
  const alert = (version: number, acknowledged: boolean): LiveMessage => ({
    kind: "alert",
    alert: { id: "alr_1", deviceId: "dev_a", state: "firing", acknowledged, version },
  });
  const state = applyMessages(emptyLive, [alert(3, true), alert(2, false)]);
  expect(state.alerts.get("alr_1")?.acknowledged).toBe(true);
});
