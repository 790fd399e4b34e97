import { expect, test } from "vitest";
import type { AlertView } from "@/lib/domain/alerts/alert-view";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";
import { attentionRows, overviewAnswer, overviewWhy } from "./attention-rows";

const alert = (id: string, more: Partial<AlertView> & { site?: string | null } = {}): AlertView => ({
  id,
  rule: { id: "rule_off", name: "Device offline", kind: "offline", severity: "warning" },
  device: { id: `dev_${id}`, name: `pump-${id}`, site: more.site === undefined ? "Lock 7" : more.site },
  state: "firing",
  pendingAt: "2026-11-17T14:00:00.000Z",
  firedAt: `2026-11-17T14:0${id}:00.000Z`,
  resolvedAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  comment: null,
  value: null,
  detail: "Offline.",
  version: 1,
  ...more,
});
const counts = (some: Partial<Record<PresenceState, number>>) =>
  Object.fromEntries(PRESENCE_STATES.map((state) => [state, some[state] ?? 0])) as Record<PresenceState, number>;
const site = (name: string, devices: number, offline: number) => ({
  id: `site_${name}`,
  name,
  devices,
  counts: counts({ offline, online: devices - offline }),
});

test("many alerts of one rule at one site are one row with their count and first moment", () => {
  const rows = attentionRows({ alerts: [alert("3"), alert("1"), alert("2"), alert("4", { site: "Hall 3" })], sites: [] });
  expect(rows.map(({ title }) => title)).toEqual(["Device offline: 3 devices at Lock 7", "pump-4: Device offline"]);
  expect(rows[0]).toMatchObject({ since: "2026-11-17T14:01:00.000Z", detail: "pump-1, pump-2, pump-3.", href: "/alerts" });
  expect(rows[1]?.href).toBe("/devices/dev_4");
});

test("pending and resolved alerts need nobody", () => {
  expect(attentionRows({ alerts: [alert("1", { state: "pending" }), alert("2", { state: "resolved" })], sites: [] })).toEqual([]);
});

test("a dark site speaks only while no offline alert does", () => {
  const sites = [site("Hall 3", 4, 4), site("Lock 7", 3, 3), site("Yard", 9, 2)];
  expect(attentionRows({ alerts: [alert("1")], sites }).map(({ title }) => title)).toEqual(["Hall 3: 4 of 4 devices offline", "pump-1: Device offline"]);
});

test("critical before warning, acknowledged last", () => {
  const rows = attentionRows({
    alerts: [
      alert("1", { acknowledgedAt: "2026-11-17T14:05:00.000Z", acknowledgedBy: "Ada", site: "A" }),
      alert("2", { site: "B" }),
      alert("3", { site: "C", rule: { id: "rule_hot", name: "Too hot", kind: "threshold", severity: "critical" } }),
    ],
    sites: [],
  });
  expect(rows.map(({ key }) => key)).toEqual(["alert/rule_hot/C", "alert/rule_off/B", "alert/rule_off/A"]);
  expect(rows[2]?.acknowledgedBy).toBe("Ada");
  expect(overviewAnswer(rows, counts({ online: 47, offline: 3 }))).toBe("2 things need you");
});

test("a group counts as acknowledged only when all of it is", () => {
  const rows = attentionRows({ alerts: [alert("1", { acknowledgedAt: "2026-11-17T14:05:00.000Z", acknowledgedBy: "Ada" }), alert("2")], sites: [] });
  expect(rows[0]?.acknowledgedBy).toBeUndefined();
});

test("a part of the console that is down is the first thing", () => {
  const rows = attentionRows({
    alerts: [alert("1")],
    sites: [],
    health: [
      { part: "worker", ok: false, detail: "no sign of life for 12 s" },
      { part: "database", ok: true, detail: "answers in 2 ms" },
    ],
  });
  expect(rows.map(({ title }) => title)).toEqual(["The worker shows no sign of life for 12 s", "pump-1: Device offline"]);
});

test.each([
  [[], {}, "No devices yet"],
  [[], { online: 1 }, "The one device is well"],
  [[], { online: 3210, sleeping: 8 }, "All 3,218 devices are well"],
  [[], { online: 49, offline: 1 }, "Nothing needs you"],
  [attentionRows({ alerts: [alert("1")], sites: [] }), { online: 50 }, "1 thing needs you"],
])("the answer", (rows, states, answer) => expect(overviewAnswer(rows, counts(states))).toBe(answer));

test("the line below says what is not well, and whether anything asks", () => {
  expect(overviewWhy([], counts({ online: 3 }))).toBe("Every device is connected and reporting, and no alert is open.");
  expect(overviewWhy([], counts({ online: 3, offline: 2, silent: 1 }))).toBe("2 offline, 1 silent. No rule asks for attention.");
});
