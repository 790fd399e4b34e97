import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeviceListInput } from "@/lib/domain/devices/device-view";
import { PRESENCE_STATES } from "@/lib/protocol/presence";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile, makeSession, makeSite } from "@/lib/testing/factories";
import { listDevices } from "./list-devices";

let db: TestDatabase;
let fleetId: string;
let otherFleetId: string;
let siteId: string;
const at = (minutes: number) => new Date(Date.UTC(2026, 10, 22, 10, minutes));

beforeAll(async () => {
  db = await testDatabase();
  fleetId = (await makeFleet(db.database)).id;
  otherFleetId = (await makeFleet(db.database)).id;
  siteId = (await makeSite(db.database, fleetId, "Nordhafen 100%")).id;
  const profileId = (await makeProfile(db.database, fleetId)).id;
  const add = (name: string, presence: object, more: object = {}) =>
    makeDevice(db.database, fleetId, { name, profileId, presence: presence as never, ...more });
  await add("pump-10", { state: "online", cause: "connected", since: at(1), lastSeenAt: at(9) }, { siteId });
  await add("pump-9", { state: "offline", cause: "connection_lost", since: at(2), lastSeenAt: at(2) });
  await add("Pump_8", { state: "offline", cause: "keep_alive_timeout", since: at(5), lastSeenAt: at(4) });
  await add("Grüße 50%", { state: "silent", cause: "late", since: at(3), lastSeenAt: at(3) });
  await add("fresh", { state: "never_seen", cause: "never_connected", since: at(4) });
  await add("old", { state: "offline", cause: "token_revoked", since: at(6) }, { lifecycle: "retired" });
  await makeDevice(db.database, otherFleetId, { name: "pump-9" });
});
afterAll(() => db.close());

const list = (input: DeviceListInput = {}, role: "viewer" | "support" | "none" = "viewer") => listDevices(makeContext(db.database, { fleetId, role }), input);
const names = async (input: DeviceListInput) => (await list(input)).items.map(({ name }) => name);

test("what needs attention stands first: the newest trouble of the worst state", async () => {
  expect(await names({})).toEqual(["Pump_8", "pump-9", "Grüße 50%", "fresh", "pump-10"]);
});

test.each([
  ["name", ["fresh", "Grüße 50%", "pump-10", "pump-9", "Pump_8"]],
  ["-name", ["Pump_8", "pump-9", "pump-10", "Grüße 50%", "fresh"]],
  ["since", ["pump-10", "pump-9", "Grüße 50%", "fresh", "Pump_8"]],
  ["-since", ["Pump_8", "fresh", "Grüße 50%", "pump-9", "pump-10"]],
  ["lastSeen", ["pump-9", "Grüße 50%", "Pump_8", "pump-10", "fresh"]],
  ["-lastSeen", ["pump-10", "Pump_8", "Grüße 50%", "pump-9", "fresh"]],
] as const)("sort by %s; never seen comes last by last seen", async (sort, expected) => {
  expect(await names({ sort })).toEqual(expected);
});

test("text matches any part of name, id or site, whatever the case, and is no pattern", async () => {
  expect(await names({ q: "PUMP", sort: "name" })).toEqual(["pump-10", "pump-9", "Pump_8"]);
  expect(await names({ q: "p_8" })).toEqual(["Pump_8"]);
  expect(await names({ q: "%" })).toEqual(["Grüße 50%", "pump-10"]);
  expect(await names({ q: "nordhafen" })).toEqual(["pump-10"]);
  const [first] = (await list({ q: "fresh" })).items;
  expect(await names({ q: first?.id.slice(3, 14) })).toEqual(["fresh"]);
  expect(await names({ q: "\\" })).toEqual([]);
  expect(await names({ q: "' or 1=1 --" })).toEqual([]);
});

test("case is folded beyond ASCII", async () => {
  expect(await names({ q: "GRÜSSE" })).toEqual([]);
  expect(await names({ q: "GRÜ" })).toEqual(["Grüße 50%"]);
});

test("total is exact and facets count the search without its states", async () => {
  const page = await list({ state: ["offline"], limit: 1 });
  expect(page.items).toHaveLength(1);
  expect(page.total).toBe(2);
  expect(page.facets).toEqual({ online: 1, silent: 1, sleeping: 0, flapping: 0, unknown: 0, offline: 2, never_seen: 1 });
  expect((await list({ q: "pump" })).facets).toMatchObject({ online: 1, offline: 2, silent: 0 });
});

test("the text is a query: its states count like the parameter's, and facets leave them out", async () => {
  expect(await names({ q: "state:offline pump" })).toEqual(["Pump_8", "pump-9"]);
  const page = await list({ q: "state:offline pump", limit: 1 });
  expect(page.total).toBe(2);
  expect(page.facets).toMatchObject({ online: 1, offline: 2, silent: 0 });
  expect(page.nextCursor).not.toBeNull();
  expect((await list({ q: "state:offline,online", state: ["online"] })).total).toBe(1);
  expect(await list({ q: "state:offline state:online" })).toMatchObject({ total: 0, items: [] });
  expect((await list({ q: "-state:offline" })).facets).toMatchObject({ online: 1, offline: 0, silent: 1 });
  expect(await names({ q: "lifecycle:retired" })).toEqual(["old"]);
  expect(await names({ q: "lifecycle:retired", lifecycle: ["active"] })).toEqual([]);
});

test("a query that is not one is told with its column, and metrics only to who may see values", async () => {
  await expect(list({ q: "pump stat:offline" })).rejects.toMatchObject({
    code: "invalid_input",
    fields: [{ path: "q", message: "Column 6: There is no field “stat” here." }],
  });
  await expect(list({ q: "x".repeat(501) })).rejects.toMatchObject({ code: "invalid_input" });
  await expect(list({ q: "-metric.temperature>80" }, "support")).rejects.toMatchObject({ code: "forbidden" });
  expect((await list({ q: "-metric.temperature>80" })).total).toBe(5);
});

test("sites, devices without one, and retired devices only when asked for", async () => {
  expect(await names({ siteId })).toEqual(["pump-10"]);
  expect(await names({ siteId: "none", sort: "name" })).toEqual(["fresh", "Grüße 50%", "pump-9", "Pump_8"]);
  expect(await names({ lifecycle: ["retired"] })).toEqual(["old"]);
});

test.each(["attention", "name", "-name", "since", "-since", "lastSeen", "-lastSeen"] as const)(
  "paging by %s shows each device once, in order",
  async (sort) => {
    const whole = await names({ sort });
    const paged: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await list({ sort, limit: 2, cursor });
      paged.push(...page.items.map(({ name }) => name));
      expect(page.total).toBe(5);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole);
  },
);

test("a cursor of another search, and one that was made up, are refused", async () => {
  const { nextCursor } = await list({ limit: 1 });
  const forged = [
    nextCursor?.slice(0, -2),
    "AAAA",
    "",
    Buffer.from("[]").toString("base64url"),
    Buffer.from(JSON.stringify([...(JSON.parse(Buffer.from(nextCursor ?? "", "base64url").toString()) as unknown[]).slice(0, 1), "x", {}, []])).toString(
      "base64url",
    ),
  ];
  for (const cursor of forged) await expect(list({ limit: 1, cursor }), String(cursor)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(list({ limit: 1, sort: "name", cursor: nextCursor ?? "" })).rejects.toMatchObject({ code: "invalid_input" });
});

test("a row tells its newest address and its tags", async () => {
  const device = await makeDevice(db.database, otherFleetId, { name: "tagged" });
  await db.database.prisma.tag.createMany({
    data: [
      { deviceId: device.id, key: "b", value: "2" },
      { deviceId: device.id, key: "a", value: "1" },
    ],
  });
  await makeSession(db.database, device, { number: 1n });
  await makeSession(db.database, device, { number: 2n });
  await db.database.prisma.session.update({ where: { number: 2n }, data: { address: "192.0.2.7" } });
  const { items } = await listDevices(makeContext(db.database, { fleetId: otherFleetId }), { q: "tagged" });
  expect(items[0]).toMatchObject({
    address: "192.0.2.7",
    tags: [
      { key: "a", value: "1" },
      { key: "b", value: "2" },
    ],
  });
});

test("who is no member sees no fleet, and objects instead of scalars are refused", async () => {
  await expect(list({}, "none")).rejects.toMatchObject({ code: "not_found" });
  const hostile = [{ q: { contains: "" } }, { siteId: { not: "x" } }, { state: { in: PRESENCE_STATES } }, { limit: {} }, { sort: "fleetId" }, { q: "a\0b" }];
  for (const input of hostile) await expect(list(input as never), JSON.stringify(input)).rejects.toMatchObject({ code: "invalid_input" });
});
