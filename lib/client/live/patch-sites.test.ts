import { expect, test } from "vitest";
import { PRESENCE_STATES, type PresenceMessage, type PresenceState } from "@/lib/protocol/presence";
import { patchSites, withSiteCounts } from "./patch-sites";

const counts = (some: Partial<Record<PresenceState, number>>) =>
  Object.fromEntries(PRESENCE_STATES.map((state) => [state, some[state] ?? 0])) as Record<PresenceState, number>;
const said = (...states: [string, PresenceState][]) => new Map(states.map(([device, state]) => [device, { device, state, version: 9 } as PresenceMessage]));
const site = {
  id: "site_1",
  name: "Lock 7",
  devices: 3,
  counts: counts({ online: 2, offline: 1 }),
  cells: [
    { id: "dev_a", name: "a", state: "offline" as const },
    { id: "dev_b", name: "b", state: "online" as const },
    { id: "dev_c", name: "c", state: "online" as const },
  ],
};

test("cells change in place and the counts follow", () => {
  const [patched] = patchSites([site], said(["dev_a", "online"], ["dev_c", "silent"]));
  expect(patched?.cells.map(({ id, state }) => [id, state])).toEqual([
    ["dev_a", "online"],
    ["dev_b", "online"],
    ["dev_c", "silent"],
  ]);
  expect(patched?.counts).toEqual(counts({ online: 2, silent: 1 }));
});

test("a site that nothing was said of stays the same object", () => {
  expect(patchSites([site], said(["dev_x", "offline"], ["dev_b", "online"]))[0]).toBe(site);
});

test("the summary's counts follow the cells, unless some devices have none", () => {
  const summary = {
    at: "2026-11-17T14:00:00.000Z",
    devices: 3,
    counts: counts({ online: 3 }),
    messagesPerSecond: 1,
    rejectedLastHour: 0,
    openAlerts: 0,
    openOutages: 0,
  };
  expect(withSiteCounts(summary, [site]).counts).toEqual(counts({ online: 2, offline: 1 }));
  expect(withSiteCounts({ ...summary, devices: 4 }, [site]).counts).toEqual(counts({ online: 3 }));
});
