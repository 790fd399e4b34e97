import { afterAll, beforeAll, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile, makeSite } from "@/lib/testing/factories";
import { countPresence } from "./count-presence";
import { readOccupancy } from "./read-occupancy";
import { findWallDevice, readWall } from "./read-wall";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test("one letter per device by site, each found by its place; counted once a minute; another fleet sees nothing of it", async () => {
  const clock = fakeClock();
  const [fleet, other] = [await makeFleet(db.database), await makeFleet(db.database)];
  const as = (fleetId: string) => makeContext(db.database, { fleetId, clock, role: "viewer" });
  const { id: siteId } = await makeSite(db.database, fleet.id, "Delft");
  const profileId = (await makeProfile(db.database, fleet.id)).id;
  const devices = [
    await makeDevice(db.database, fleet.id, { siteId, profileId, presence: { state: "online", cause: "connected" } }),
    await makeDevice(db.database, fleet.id, { siteId, profileId, presence: { state: "offline", cause: "connection_lost" } }),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
  await makeDevice(db.database, fleet.id, { profileId });
  await makeDevice(db.database, fleet.id, { siteId, profileId, lifecycle: "retired" });
  const wall = await readWall(as(fleet.id), {});
  expect(wall).toMatchObject({
    devices: 3,
    sites: [
      { id: siteId, name: "Delft" },
      { id: null, name: "No site", states: "n" },
    ],
  });
  expect(wall.sites[0]?.states).toBe(devices.map(({ presence }) => (presence?.state === "online" ? "o" : "x")).join(""));
  expect(await findWallDevice(as(fleet.id), { siteId, index: 1 })).toEqual({ id: devices[1]?.id, name: devices[1]?.name });
  await expect(findWallDevice(as(fleet.id), { siteId, index: 2 })).rejects.toMatchObject({ code: "not_found" });

  const ctx = { database: db.database, clock, log: createLog("test", "silent") };
  expect(await countPresence(ctx)).toBe(1);
  expect(await countPresence(ctx)).toBe(0);
  await db.database.prisma.presence.updateMany({ where: { deviceId: devices[0]?.id ?? "" }, data: { state: "sleeping", cause: "planned_sleep" } });
  clock.advance(60_000);
  expect(await countPresence(ctx)).toBe(1);
  clock.advance(60_000);
  const { items, bucketMs } = await readOccupancy(as(fleet.id), { from: "now-1h" });
  expect([items.length, bucketMs]).toEqual([2, 60_000]);
  expect(items[0]?.counts).toEqual({ online: 1, silent: 0, sleeping: 0, flapping: 0, unknown: 0, offline: 1, never_seen: 1 });
  expect(items[1]?.counts).toMatchObject({ sleeping: 1 });

  expect(await readWall(as(other.id), {})).toMatchObject({ devices: 0, sites: [] });
  await expect(findWallDevice(as(other.id), { siteId, index: 0 })).rejects.toMatchObject({ code: "not_found" });
  expect((await readOccupancy(as(other.id), { from: "now-1h" })).items).toEqual([]);
});
