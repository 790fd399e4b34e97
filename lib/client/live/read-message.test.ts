import { expect, test } from "vitest";
import { readMessage } from "./read-message";

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const presence = { device: "dev_a", state: "online", cause: "connected", since: "2026-11-17T14:00:00.000Z", lastSeenAt: null, version: 3 };

test("presence is taken from its own device's topic only", () => {
  expect(readMessage("sp/v1/flt_1/dev_a/presence", bytes(presence), 0)).toMatchObject({ kind: "presence", presence: { version: 3 } });
  expect(readMessage("sp/v1/flt_1/dev_b/presence", bytes(presence), 0)).toBeUndefined();
});

test("telemetry is read by the parser that the broker uses", () => {
  const message = readMessage("sp/v1/flt_1/dev_a/up/telemetry", bytes({ temperature: 21.4 }), 5_000);
  expect(message).toEqual({ kind: "telemetry", device: "dev_a", readings: [{ metric: "temperature", time: 5_000, value: 21.4, unit: undefined }] });
});

test.each([
  ["sp/v1/flt_1/dev_a/presence", "{"],
  ["sp/v1/flt_1/dev_a/presence", { ...presence, state: "asleep" }],
  ["sp/v1/flt_1/live/summary", { at: "yesterday" }],
  ["sp/v1/flt_1/live/events", []],
  ["sp/v1/flt_1/live/alerts", null],
  ["sp/v1/flt_1/dev_a/up/telemetry", "not json"],
  ["sp/v1/flt_1/dev_a/up/posture", {}],
  ["elsewhere", {}],
])("%s with %j is left out", (topic, payload) => expect(readMessage(topic, bytes(payload), 0)).toBeUndefined());
