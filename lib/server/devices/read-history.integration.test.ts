import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeSession } from "@/lib/testing/factories";
import { changeDevice } from "./change-device";
import { readHistory } from "./read-history";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test("states, sessions, last wills, networks, tokens, keys and firmware on one axis; another fleet's device does not exist", async () => {
  const clock = fakeClock();
  const { prisma } = db.database;
  const fleet = await makeFleet(db.database);
  const device = await makeDevice(db.database, fleet.id);
  const ago = (hours: number) => new Date(clock.now().getTime() - hours * 3_600_000);
  const change = (hours: number, state: "online" | "offline", cause: string, version: number) => ({
    fleetId: fleet.id,
    deviceId: device.id,
    state,
    cause,
    at: ago(hours),
    version,
  });
  await prisma.presenceChange.createMany({
    data: [change(40, "online", "connected", 1), change(30, "offline", "clean_disconnect", 2), change(10, "online", "connected", 3)],
  });
  const run = await prisma.brokerRun.create({ data: { node: "a", startedAt: ago(50), aliveAt: clock.now() } });
  const session = { brokerRunId: run.id, willTopic: "sp/v1/f/d/up/gone" };
  await makeSession(db.database, device, {
    ...session,
    number: 1n,
    connectedAt: ago(40),
    disconnectedAt: ago(30),
    disconnectReason: "CLIENT_INITIATED_DISCONNECT",
  });
  await makeSession(db.database, device, { ...session, number: 2n, connectedAt: ago(10), disconnectedAt: ago(6), disconnectReason: "CONNECTION_LOST" });
  await makeSession(db.database, device, {
    ...session,
    number: 3n,
    connectedAt: ago(4),
    disconnectedAt: ago(3),
    disconnectReason: "TOKEN_REVOKED",
    address: "203.0.113.9",
  });
  await makeSession(db.database, device, { ...session, number: 4n, connectedAt: ago(2), address: "203.0.113.10" });
  await prisma.contentKey.create({ data: { deviceId: device.id, fleetId: fleet.id, version: 3, createdAt: ago(9), firstSeenAt: ago(8), state: "active" } });
  const as = (fleetId: string) => makeContext(db.database, { fleetId, clock, role: "admin" });
  await changeDevice(as(fleet.id), { deviceId: device.id, firmware: "4.8.2" });

  const told = await readHistory(as(fleet.id), { deviceId: device.id, from: "now-24h" });
  expect(told.states.map(({ state, at }) => [state, at])).toEqual([
    ["offline", ago(30).toISOString()],
    ["online", ago(10).toISOString()],
  ]);
  expect(told.sessions.map(({ number, end, networkChanged }) => [number, end, networkChanged])).toEqual([
    ["2", "broke", false],
    ["3", "access", true],
    ["4", null, false],
  ]);
  expect(told.events.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
    "key: Content key 3 made",
    "key: Content key 3 used first",
    "will: Last will published",
    "network: Came from 203.0.113.0/24",
    "firmware: Firmware 4.8.2",
  ]);
  expect(told).toMatchObject({ failures: 1, longestGapMs: 2 * 3_600_000, networkChanges: 1, truncated: false });
  // Before that range: one session with a goodbye, whose will nobody heard.
  const before = await readHistory(as(fleet.id), { deviceId: device.id, from: "now-45h", to: "now-20h" });
  expect(before.sessions.map(({ end }) => end)).toEqual(["goodbye"]);
  expect(before.events).toEqual([]);

  const other = await makeFleet(db.database);
  await expect(readHistory(as(other.id), { deviceId: device.id })).rejects.toMatchObject({ code: "not_found" });
});
