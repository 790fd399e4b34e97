import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "./database";
import { makeAlertRule, makeDevice, makeFleet, makeMeasurements, makeSession, makeSite, makeTokenRow, makeUser } from "./factories";

let first: TestDatabase;
let second: TestDatabase;
beforeAll(async () => {
  [first, second] = await Promise.all([testDatabase(), testDatabase()]);
});
afterAll(() => Promise.all([first?.close(), second?.close()]));

test("each database is migrated and on its own", async () => {
  await makeFleet(first.database, "Only here");
  expect(await first.database.prisma.fleet.count()).toBe(1);
  expect(await second.database.prisma.fleet.count()).toBe(0);
});

test("commits are synchronous, as in the product", async () => {
  const { rows } = await first.database.pool.query("show synchronous_commit");
  expect(rows[0].synchronous_commit).toBe("on");
});

test("every factory makes a row that stands", async () => {
  const { database } = second;
  const fleet = await makeFleet(database);
  const site = await makeSite(database, fleet.id);
  const device = await makeDevice(database, fleet.id, { siteId: site.id, presence: { state: "online", cause: "connected" } });
  expect(device.presence?.state).toBe("online");
  await makeUser(database, { fleetId: fleet.id, role: "support" });
  await makeTokenRow(database, device);
  await makeAlertRule(database, fleet.id);
  await makeSession(database, device, { number: 1n });
  const now = Date.now();
  await makeMeasurements(
    database,
    device.id,
    "temperature",
    [
      [now - 1000, 20],
      [now, 21],
    ],
    "Cel",
  );
  const latest = await database.prisma.latestMeasurement.findFirst({ where: { deviceId: device.id } });
  expect(latest).toMatchObject({ metric: "temperature", value: 21, unit: "Cel" });
});
