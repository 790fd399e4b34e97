import { expect, test } from "vitest";
import { liveEventSchema } from "@/lib/protocol/live";
import { aggregateEvents, LINES_AT_ONCE } from "./aggregate-events";
import type { FeedEvent } from "./feed-event";

const event = (n: number, options: Partial<FeedEvent> = {}): FeedEvent => ({
  id: `dev_${n}-1`,
  at: "2026-11-22T12:00:00.000Z",
  kind: "presence",
  deviceId: `dev_${n}`,
  deviceName: `Pump ${n}`,
  mark: "offline",
  text: `Pump ${n} is offline.`,
  group: "went offline",
  site: "Rotterdam Pump Hall 3",
  ...options,
});
const many = (count: number, options: (n: number) => Partial<FeedEvent> = () => ({})) => Array.from({ length: count }, (_, n) => event(n, options(n)));

test("few events are told one by one, as the protocol says", () => {
  const lines = aggregateEvents(many(LINES_AT_ONCE));
  expect(lines).toHaveLength(LINES_AT_ONCE);
  expect(lines[3]).toEqual(liveEventSchema.strict().parse(lines[3]));
});

test("41 devices of a site are one line", () => {
  expect(aggregateEvents(many(41))).toMatchObject([{ text: "41 devices went offline at Rotterdam Pump Hall 3.", deviceId: null, mark: "offline" }]);
});

test("what differs stays apart, and a single one among many keeps its own words", () => {
  const texts = aggregateEvents([...many(30), event(99, { mark: "online", group: "came online", text: "Pump 99 is online.", site: "Delft" })]).map(
    ({ text }) => text,
  );
  expect(texts).toEqual(["30 devices went offline at Rotterdam Pump Hall 3.", "Pump 99 is online."]);
});

test("many sites become one line", () => {
  expect(aggregateEvents(many(60, (n) => ({ site: `Site ${n % 30}` })))).toMatchObject([{ text: "60 devices went offline at 30 sites." }]);
});

test("a device that flaps is counted once, and events without a device are counted as such", () => {
  expect(aggregateEvents(many(25, () => ({ deviceId: "dev_1", deviceName: "Pump 1" })))).toMatchObject([
    { text: "Pump 1 went offline at Rotterdam Pump Hall 3." },
  ]);
  const changes = many(25, () => ({ deviceId: null, deviceName: null, site: null, kind: "audit", group: "device.changed by Ada" }));
  expect(aggregateEvents(changes)).toMatchObject([{ text: "25 x device.changed by Ada." }]);
});
