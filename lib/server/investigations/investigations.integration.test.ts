import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import type { Role } from "@/lib/domain/members/permissions";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeOutage, makeProfile, makeSession, makeUser } from "@/lib/testing/factories";
import { judgeTamperVerdicts } from "../diagnosis/index";
import { changeInvestigations, getInvestigation, listInvestigationGroups, listInvestigations } from "./index";

let db: TestDatabase;
let clock: FakeClock;
let fleetId: string;
let profileId: string;
let numbers = 0n;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  clock = fakeClock();
  await db.database.prisma.fleet.deleteMany();
  fleetId = (await makeFleet(db.database)).id;
  profileId = (await makeProfile(db.database, fleetId)).id;
});

const as = (role: Role = "support", fleet = fleetId) => makeContext(db.database, { fleetId: fleet, clock, role });
const ago = (seconds: number) => new Date(clock.now().getTime() - seconds * 1000);
const judge = () => judgeTamperVerdicts({ database: db.database, clock, log: createLog("test", "silent") });

async function away(cause: "connection_lost" | "clean_disconnect" | "token_expired", secondsAgo: number) {
  const reason = { connection_lost: "CONNECTION_LOST", clean_disconnect: "CLIENT_INITIATED_DISCONNECT", token_expired: "TOKEN_EXPIRED" }[cause];
  const device = await makeDevice(db.database, fleetId, { profileId, presence: { state: "offline", cause, since: ago(secondsAgo) } });
  await makeSession(db.database, device, { number: ++numbers, connectedAt: ago(9_000), disconnectedAt: ago(secondsAgo), disconnectReason: reason });
  return device.id;
}
const groups = async (view: "open" | "snoozed" | "closed" = "open") => {
  const { groups: found } = await listInvestigationGroups(as(), { view });
  return found.map(({ cause, devices, assigned }) => `${cause} ${devices} ${assigned}`);
};

test("offline devices grouped by likely cause, biggest first, counted exactly; one outage is one line; who is connected is not there", async () => {
  for (const seconds of [300, 200, 100]) await away("connection_lost", seconds);
  for (const seconds of [400, 50]) await away("clean_disconnect", seconds);
  const dark = [await away("connection_lost", 60), await away("connection_lost", 60), await away("connection_lost", 60), await away("connection_lost", 60)];
  const outage = await makeOutage(db.database, fleetId, dark);
  await db.database.prisma.outageDevice.updateMany({ data: { lostAt: ago(60) } });
  await away("connection_lost", 5);
  await makeDevice(db.database, fleetId, { profileId, presence: { state: "online", cause: "connected" } });
  await judge();
  const { groups: found, counts } = await listInvestigationGroups(as(), {});
  expect(found.map(({ cause, devices, outageId }) => [cause, devices, outageId])).toEqual([
    ["outage", 4, outage.id],
    ["lost", 3, null],
    ["switched_off", 2, null],
    ["pending", 1, null],
  ]);
  expect(found[1]).toMatchObject({ title: "Lost power or network", oldestSince: ago(300).toISOString() });
  expect(counts).toEqual({ open: 10, snoozed: 0, closed: 0 });
});

describe("what is done about an absence", () => {
  test("assigned, noted, snoozed until its time, closed with a reason, opened again; each is audited", async () => {
    const device = await away("connection_lost", 100);
    await judge();
    const member = await makeUser(db.database, { fleetId, role: "operator" });
    const change = (more: object) => changeInvestigations(as(), { deviceIds: [device], ...more });
    expect(await change({ assigneeId: member.id, note: "Called the site." })).toEqual({ changed: 1 });
    expect(await groups()).toEqual(["lost 1 1"]);
    await change({ snoozedUntil: new Date(clock.now().getTime() + 3_600_000).toISOString() });
    expect([await groups(), await groups("snoozed")]).toEqual([[], ["lost 1 1"]]);
    clock.advance(3_600_001);
    expect(await groups()).toEqual(["lost 1 1"]);
    await change({ closedReason: "Replaced" });
    expect(await groups("closed")).toEqual(["lost 1 1"]);
    expect(await getInvestigation(as("viewer"), { deviceId: device })).toMatchObject({
      absence: { view: "closed", closedReason: "Replaced", assignee: { id: member.id }, notes: 1, lastNote: "Called the site." },
      notes: [{ text: "Called the site." }],
      assignees: [{ id: member.id }],
    });
    await change({ closedReason: null });
    expect(await groups()).toEqual(["lost 1 1"]);
    const audit = await db.database.prisma.auditEvent.findMany({ where: { fleetId }, orderBy: { id: "asc" } });
    expect(audit.map(({ action, objectId }) => [action, objectId])).toEqual(
      ["assigned", "snoozed", "closed", "reopened"].map((word) => [`investigation.${word}`, device]),
    );
  });

  test("a group in one go; the next absence of the same device begins anew", async () => {
    const devices = [await away("connection_lost", 300), await away("connection_lost", 200)];
    const other = await away("clean_disconnect", 200);
    await judge();
    expect(await changeInvestigations(as(), { group: { cause: "lost" }, closedReason: "Expected, no action" })).toEqual({ changed: 2 });
    expect([await groups(), await groups("closed")]).toEqual([["switched_off 1 0"], ["lost 2 0"]]);
    expect((await listInvestigations(as(), { view: "open" })).items.map((row) => row.device.id)).toEqual([other]);
    await db.database.prisma.presence.update({ where: { deviceId: devices[0] ?? "" }, data: { since: ago(20) } });
    await judge();
    expect(await groups()).toEqual(["switched_off 1 0", "lost 1 0"]);
  });

  test("the pages of a list hold everybody once", async () => {
    for (let i = 0; i < 5; i++) await away("connection_lost", 100 + i);
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await listInvestigations(as(), { limit: 2, ...(cursor ? { cursor } : {}) });
      expect(page.total).toBe(5);
      seen.push(...page.items.map(({ device }) => device.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  });
});

describe("what is refused", () => {
  test("a viewer changes nothing; nobody assigns to a viewer or a stranger, or snoozes into the past", async () => {
    const device = await away("connection_lost", 100);
    const viewer = await makeUser(db.database, { fleetId, role: "viewer" });
    const stranger = await makeUser(db.database, { fleetId: (await makeFleet(db.database)).id, role: "admin" });
    await expect(changeInvestigations(as("viewer"), { deviceIds: [device], note: "x" })).rejects.toMatchObject({ code: "forbidden" });
    for (const assigneeId of [viewer.id, stranger.id, "usr_nobody"])
      await expect(changeInvestigations(as(), { deviceIds: [device], assigneeId })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(changeInvestigations(as(), { deviceIds: [device], snoozedUntil: ago(5).toISOString() })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(changeInvestigations(as(), { deviceIds: [device] })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(changeInvestigations(as(), { note: "x" })).rejects.toMatchObject({ code: "invalid_input" });
    expect(await db.database.prisma.investigation.count()).toBe(0);
  });

  test("another fleet sees none of it and changes none of it", async () => {
    const device = await away("connection_lost", 100);
    await changeInvestigations(as(), { deviceIds: [device], note: "ours" });
    const other = (await makeFleet(db.database)).id;
    expect((await listInvestigationGroups(as("admin", other), {})).counts).toEqual({ open: 0, snoozed: 0, closed: 0 });
    expect((await listInvestigations(as("admin", other), {})).items).toEqual([]);
    await expect(getInvestigation(as("admin", other), { deviceId: device })).rejects.toMatchObject({ code: "not_found" });
    await expect(changeInvestigations(as("admin", other), { deviceIds: [device], note: "theirs" })).rejects.toMatchObject({ code: "not_found" });
    expect(await db.database.prisma.investigationNote.count()).toBe(1);
  });
});
