import { expect, test } from "vitest";
import type { PresenceView } from "@/lib/domain/devices/device-view";
import { newerPresence } from "./newer-presence";

const fetched: PresenceView = { state: "online", cause: "connected", since: "2026-11-17T12:00:00.000Z", lastSeenAt: "2026-11-17T14:00:00.000Z", version: 4 };
const live = (version: number, lastSeenAt: string | null) =>
  ({ device: "dev_a", state: "offline", cause: "connection_lost", since: "2026-11-17T13:00:00.000Z", lastSeenAt, version }) as const;

test("the later version wins, whichever way it came", () => {
  expect(newerPresence(fetched, live(5, null)).state).toBe("offline");
  expect(newerPresence(fetched, live(3, null))).toBe(fetched);
  expect(newerPresence(fetched, undefined)).toBe(fetched);
});

test("last seen never goes back", () => {
  expect(newerPresence(fetched, live(5, "2026-11-17T13:00:00.000Z")).lastSeenAt).toBe("2026-11-17T14:00:00.000Z");
  expect(newerPresence({ ...fetched, lastSeenAt: null }, live(5, "2026-11-17T13:00:00.000Z")).lastSeenAt).toBe("2026-11-17T13:00:00.000Z");
});
