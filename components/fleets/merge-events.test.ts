import { expect, test } from "vitest";
import type { LiveEvent } from "@/lib/protocol/live";
import { mergeEvents } from "./merge-events";

const event = (id: string, second: number): LiveEvent => ({
  id,
  at: new Date(Date.UTC(2026, 10, 17, 14, 0, second)).toISOString(),
  kind: "presence",
  deviceId: null,
  deviceName: null,
  mark: "online",
  text: id,
});

test("each event once, newest first, no more than asked for", () => {
  const merged = mergeEvents([event("d", 4), event("b", 2)], [event("c", 3), event("b", 2), event("a", 1)], 3);
  expect(merged.map(({ id }) => id)).toEqual(["d", "c", "b"]);
});
