import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { listAuditEvents } from "@/lib/server/audit/list-audit-events";
import { openDatabase } from "@/lib/server/database/client";
import { addProfile, listProfiles } from "@/lib/server/devices/profiles";
import { readTimeline } from "@/lib/server/devices/read-timeline";
import { addSite, listSites } from "@/lib/server/devices/sites";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeAlertRule, makeDevice, makeFleet, makeProfile, makeSite } from "@/lib/testing/factories";
import { checkHealth } from "./check-health";
import { getOverview } from "./get-overview";
import { listFleets } from "./list-fleets";

let db: TestDatabase;
let fleetId: string;
let otherFleetId: string;
const clock = fakeClock("2026-11-22T12:00:30.000Z");
const as = (fleet = fleetId) => makeContext(db.database, { fleetId: fleet, clock });
const ago = (seconds: number) => new Date(clock.now().getTime() - seconds * 1000);

beforeAll(async () => {
  db = await testDatabase();
  fleetId = (await makeFleet(db.database, "Pumps")).id;
  otherFleetId = (await makeFleet(db.database)).id;
});
afterAll(() => db.close());

test("an empty fleet has an overview of zeros", async () => {
  const overview = await getOverview(as(otherFleetId), {});
  expect(overview).toMatchObject({ sites: [], events: [], summary: { devices: 0, messagesPerSecond: 0, openAlerts: 0, rejectedLastHour: 0 } });
  expect(overview.rate).toHaveLength(60);
  expect(overview.rate.every(({ count }) => count === 0)).toBe(true);
});

test("the overview counts each device once, worst site first, and tells what happened", async () => {
  const profileId = (await makeProfile(db.database, fleetId)).id;
  const [calm, broken] = [await makeSite(db.database, fleetId, "Calm"), await makeSite(db.database, fleetId, "Broken")];
  const add = (state: "online" | "offline" | "silent", siteId?: string, lifecycle?: "retired") =>
    makeDevice(db.database, fleetId, { profileId, siteId, lifecycle, presence: { state, cause: "connected" } });
  await add("online", calm.id);
  await add("online", calm.id);
  const down = await add("offline", broken.id);
  await add("online", broken.id);
  await add("silent");
  await add("offline", calm.id, "retired");
  const { prisma } = db.database;
  await prisma.presenceChange.create({ data: { fleetId, deviceId: down.id, state: "offline", cause: "keep_alive_timeout", at: ago(60), version: 3 } });
  const rule = await makeAlertRule(db.database, fleetId, { name: "Down" });
  await prisma.alert.create({
    data: {
      id: newId("alert"),
      fleetId,
      ruleId: rule.id,
      deviceId: down.id,
      state: "firing",
      pendingAt: ago(60),
      firedAt: ago(30),
      detail: "Offline for 30 s.",
    },
  });
  const minute = (minutes: number) => new Date(Date.UTC(2026, 10, 22, 12, -minutes));
  await prisma.messageCount.createMany({
    data: [
      { fleetId, minute: minute(0), stored: 30 },
      { fleetId, minute: minute(1), stored: 60 },
      { fleetId, minute: minute(60), stored: 5 },
      { fleetId: otherFleetId, minute: minute(1), stored: 1_000 },
    ],
  });
  const overview = await getOverview(as(), {});
  expect(overview.fleet).toEqual({ id: fleetId, name: "Pumps" });
  expect(overview.summary).toMatchObject({ devices: 5, counts: { online: 3, offline: 1, silent: 1, never_seen: 0 }, messagesPerSecond: 1, openAlerts: 1 });
  expect(overview.sites.map(({ name, devices }) => [name, devices])).toEqual([
    ["Broken", 2],
    ["No site", 1],
    ["Calm", 2],
  ]);
  expect(overview.sites[0]?.cells.map(({ state }) => state)).toEqual(["offline", "online"]);
  expect(overview.sites[0]?.counts).toMatchObject({ offline: 1, online: 1, silent: 0 });
  expect(overview.events.map(({ kind, mark }) => [kind, mark])).toEqual([
    ["alert", "firing"],
    ["presence", "offline"],
  ]);
  expect(overview.rate.at(-1)).toEqual({ at: "2026-11-22T11:59:00.000Z", count: 60 });
  expect(overview.rate[0]).toEqual({ at: "2026-11-22T11:00:00.000Z", count: 5 });
});

test("an outage of a site is a line, not a hundred", async () => {
  const fleet = (await makeFleet(db.database)).id;
  const profileId = (await makeProfile(db.database, fleet)).id;
  const site = await makeSite(db.database, fleet, "Quay");
  for (let i = 0; i < 30; i++) {
    const { id } = await makeDevice(db.database, fleet, { profileId, siteId: site.id, presence: { state: "offline", cause: "connection_lost" } });
    await db.database.prisma.presenceChange.create({
      data: { fleetId: fleet, deviceId: id, state: "offline", cause: "connection_lost", at: ago(10), version: 1 },
    });
  }
  const { events } = await getOverview(as(fleet), {});
  expect(events.map(({ text }) => text)).toEqual(["30 devices went offline at Quay."]);
});

test("a timeline pages newest first, of a device of this fleet", async () => {
  const device = await makeDevice(db.database, fleetId);
  const data = Array.from({ length: 5 }, (_, i) => ({
    fleetId,
    deviceId: device.id,
    state: "online" as const,
    cause: "connected",
    at: ago(100 - i),
    version: i + 1,
    sessionNumber: BigInt(i),
  }));
  await db.database.prisma.presenceChange.createMany({ data });
  const first = await readTimeline(as(), { deviceId: device.id, limit: 3 });
  const second = await readTimeline(as(), { deviceId: device.id, limit: 3, cursor: first.nextCursor ?? "" });
  expect([...first.items, ...second.items].map(({ sessionNumber }) => sessionNumber)).toEqual(["4", "3", "2", "1", "0"]);
  expect(first.total).toBe(5);
  await expect(readTimeline(as(otherFleetId), { deviceId: device.id })).rejects.toMatchObject({ code: "not_found" });
});

test("sites and profiles: by name, unique, of one fleet", async () => {
  await addSite(as(otherFleetId), { name: "B" });
  await addSite(as(otherFleetId), { name: "A", latitude: 53.5, longitude: 10 });
  await expect(addSite(as(otherFleetId), { name: "A" })).rejects.toMatchObject({ code: "conflict" });
  await expect(addSite(as(otherFleetId), { name: "C", latitude: 53.5 })).rejects.toMatchObject({ code: "invalid_input" });
  const first = await listSites(as(otherFleetId), { limit: 1 });
  expect(first).toMatchObject({ items: [{ name: "A", latitude: 53.5, devices: 0 }], total: 2 });
  expect(await listSites(as(otherFleetId), { limit: 1, cursor: first.nextCursor ?? "" })).toMatchObject({ items: [{ name: "B" }], nextCursor: null });
  await addProfile(as(otherFleetId), { name: "meter", reportingIntervalSeconds: 900 });
  await expect(addProfile(as(otherFleetId), { name: "meter" })).rejects.toMatchObject({ code: "conflict" });
  expect((await listProfiles(as(otherFleetId), {})).items).toMatchObject([{ name: "meter", reportingIntervalSeconds: 900 }]);
});

test("the audit log pages newest first, filters, and stays in its fleet", async () => {
  const fleet = (await makeFleet(db.database)).id;
  for (const name of ["one", "two", "three"]) await addSite(as(fleet), { name });
  const first = await listAuditEvents(as(fleet), { limit: 2 });
  const second = await listAuditEvents(as(fleet), { limit: 2, cursor: first.nextCursor ?? "" });
  const events = [...first.items, ...second.items];
  expect(events.map(({ after }) => (after as { name: string }).name)).toEqual(["three", "two", "one"]);
  expect(events[0]).toMatchObject({ action: "site.added", via: "browser", actor: { kind: "user", name: "Test admin" }, objectKind: "site" });
  expect((await listAuditEvents(as(fleet), { objectId: events[0]?.objectId })).total).toBe(1);
  expect((await listAuditEvents(as(otherFleetId), { objectId: events[0]?.objectId })).total).toBe(0);
  await expect(listAuditEvents(makeContext(db.database, { fleetId: fleet, role: "operator" }), {})).rejects.toMatchObject({ code: "forbidden" });
  await expect(listAuditEvents(as(fleet), { objectId: { not: "" } } as never)).rejects.toMatchObject({ code: "invalid_input" });
});

test("health tells each part and why", async () => {
  const health = async () =>
    Object.fromEntries((await checkHealth({ database: db.database, clock })).map(({ part, ok, detail }) => [part, ok ? "ok" : detail]));
  expect(await health()).toEqual({ database: "ok", broker: "is not running", worker: "is not running" });
  const { prisma } = db.database;
  const run = await prisma.brokerRun.create({ data: { node: "a", aliveAt: ago(1) } });
  await prisma.workerRun.create({ data: { node: "a", aliveAt: ago(31) } });
  expect(await health()).toEqual({ database: "ok", broker: "ok", worker: "no sign of life for 31 s" });
  await prisma.brokerRun.update({ where: { id: run.id }, data: { stats: { ingest: { storeUp: false } } } });
  expect((await health()).broker).toContain("cannot store");
});

test("health answers while the database is away", async () => {
  const away = openDatabase("postgresql://nobody@127.0.0.1:1/nothing");
  expect((await checkHealth({ database: away, clock })).map(({ ok }) => ok)).toEqual([false, false, false]);
  await away.close();
});

test("only the machine's own administrator lists every fleet", async () => {
  await expect(listFleets(as())).rejects.toMatchObject({ code: "forbidden" });
  const all = await listFleets(makeContext(db.database, { fleetId: "", actor: "system" }));
  expect(all.items.map(({ id }) => id)).toContain(otherFleetId);
});
