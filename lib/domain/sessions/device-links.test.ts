import { expect, test } from "vitest";
import { DeviceLinks } from "./device-links";

test("one session: its connect and its end are told", () => {
  const links = new DeviceLinks();
  links.enter("d", 1);
  expect(links.opened("d", 1)).toEqual({ kind: "connected", sessionNumber: 1, reason: null });
  expect(links.left("d", 1, "CONNECTION_LOST")).toEqual({ kind: "disconnected", sessionNumber: 1, reason: "CONNECTION_LOST" });
});

test("a second session that comes and goes does not end the first", () => {
  const links = new DeviceLinks();
  links.enter("d", 1);
  links.opened("d", 1);
  links.enter("d", 2);
  links.opened("d", 2);
  expect(links.left("d", 2, "CLIENT_INITIATED_DISCONNECT")).toBeUndefined();
  // Under the newest number, or presence would take it for the end of an old session.
  expect(links.left("d", 1, "MQTT_KEEP_ALIVE_TIMEOUT")).toEqual({ kind: "disconnected", sessionNumber: 2, reason: "MQTT_KEEP_ALIVE_TIMEOUT" });
});

test("a take-over is one connect, without an end between", () => {
  const links = new DeviceLinks();
  links.enter("d", 1);
  links.opened("d", 1);
  links.enter("d", 2);
  expect(links.left("d", 1, "DUPLICATE_CLIENTID")).toBeUndefined();
  expect(links.opened("d", 2)).toMatchObject({ kind: "connected", sessionNumber: 2 });
});

test("a take-over that fails half-way still tells the end", () => {
  const links = new DeviceLinks();
  links.enter("d", 1);
  links.opened("d", 1);
  links.enter("d", 2);
  links.left("d", 1, "DUPLICATE_CLIENTID");
  expect(links.left("d", 2, "CONNECTION_LOST")).toEqual({ kind: "disconnected", sessionNumber: 1, reason: "CONNECTION_LOST" });
});

test("a session that never opened is no news, an end is told once, and devices are apart", () => {
  const links = new DeviceLinks();
  links.enter("d", 1);
  expect(links.left("d", 1, "CONNECTION_LOST")).toBeUndefined();
  expect(links.left("d", 1, "CONNECTION_LOST")).toBeUndefined();
  links.enter("a", 2);
  links.opened("a", 2);
  links.enter("b", 3);
  expect(links.left("a", 2, "CLIENT_ERROR")).toMatchObject({ kind: "disconnected", sessionNumber: 2 });
});
