import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeSession } from "@/lib/testing/factories";
import { listSessions } from "./list-sessions";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test("sessions newest first with how each ended and whether the network changed; another fleet's do not exist", async () => {
  const clock = fakeClock();
  const fleet = await makeFleet(db.database);
  const device = await makeDevice(db.database, fleet.id);
  const ago = (hours: number) => new Date(clock.now().getTime() - hours * 3_600_000);
  const { prisma } = db.database;
  const dead = await prisma.brokerRun.create({ data: { node: "a", startedAt: ago(30), aliveAt: ago(8) } });
  const alive = await prisma.brokerRun.create({ data: { node: "a", startedAt: ago(7), aliveAt: clock.now() } });
  await makeSession(db.database, device, {
    number: 1n,
    brokerRunId: dead.id,
    connectedAt: ago(20),
    disconnectedAt: ago(12),
    disconnectReason: "CONNECTION_LOST",
  });
  await makeSession(db.database, device, { number: 2n, brokerRunId: dead.id, connectedAt: ago(10) });
  await makeSession(db.database, device, { number: 3n, brokerRunId: alive.id, connectedAt: ago(4) });
  await prisma.session.update({ where: { number: 3n }, data: { address: "203.0.113.9" } });
  const as = (fleetId: string) => makeContext(db.database, { fleetId, clock, role: "viewer" });
  const told = await listSessions(as(fleet.id), { deviceId: device.id });
  expect(told.items.map(({ number, endedAt, networkChanged }) => [number, endedAt, networkChanged])).toEqual([
    ["3", null, true],
    ["2", ago(8).toISOString(), false],
    ["1", ago(12).toISOString(), false],
  ]);
  expect(told.items[2]?.reason).toMatch(/connection broke/);
  expect(told).toMatchObject({ total: 3, failures: 1, longestGapMs: 4 * 3_600_000, networkChanges: 1, connectedShare: 14 / 20 });
  const other = await makeFleet(db.database);
  await expect(listSessions(as(other.id), { deviceId: device.id })).rejects.toMatchObject({ code: "not_found" });
});
