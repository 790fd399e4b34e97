import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile, makeSite } from "@/lib/testing/factories";
import { insertDevices } from "../devices/write-imported";
import { isUniqueViolation } from "./unique-violation";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test("several relations of one find within a transaction come one after the other: pg has nothing to warn of", async () => {
  const warned = vi.spyOn(process, "emitWarning");
  const fleetId = (await makeFleet(db.database)).id;
  const profile = await makeProfile(db.database, fleetId);
  const site = await makeSite(db.database, fleetId);
  const { id } = await makeDevice(db.database, fleetId, { profileId: profile.id, siteId: site.id });
  const found = await db.database.prisma.$transaction((tx) =>
    tx.device.findMany({ where: { fleetId }, include: { site: true, profile: true, tags: true, presence: true, tokens: true } }),
  );
  expect(found).toMatchObject([{ id, site: { id: site.id }, profile: { id: profile.id }, tags: [], tokens: [] }]);
  expect(warned).not.toHaveBeenCalled();
});

test("a taken name is told as such by a statement of our own too, and the transaction is gone", async () => {
  const fleetId = (await makeFleet(db.database)).id;
  const profileId = (await makeProfile(db.database, fleetId)).id;
  const { name } = await makeDevice(db.database, fleetId, { profileId });
  const device = (id: string, called: string) => ({ id, name: called, note: "", siteId: null, profileId, tags: {} });
  const insert = db.database.prisma.$transaction((tx) =>
    insertDevices({ tx, fleetId, now: new Date() }, [device("dev_new1", "another"), device("dev_new2", name)]),
  );
  const error: unknown = await insert.catch((one: unknown) => one);
  expect(isUniqueViolation(error)).toBe(true);
  expect(await db.database.prisma.device.count({ where: { fleetId } })).toBe(1);
});
