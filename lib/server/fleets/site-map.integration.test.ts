import { afterAll, beforeAll, expect, test } from "vitest";
import { changeSite, placeSites } from "@/lib/server/devices/place-sites";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile, makeSite } from "@/lib/testing/factories";
import { readSiteMap } from "./read-site-map";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
const as = (fleetId: string, role: "admin" | "viewer" = "admin") => makeContext(db.database, { fleetId, role });

test("places come from a file and by hand, once; the map shows them with their devices, and another fleet reaches none of it", async () => {
  const fleetId = (await makeFleet(db.database)).id;
  const otherId = (await makeFleet(db.database)).id;
  const profileId = (await makeProfile(db.database, fleetId)).id;
  const harbour = await makeSite(db.database, fleetId, "Harbour");
  for (const state of ["online", "offline", "online"] as const)
    await makeDevice(db.database, fleetId, { profileId, siteId: harbour.id, presence: { state, cause: "connected" } });
  await makeDevice(db.database, fleetId, { profileId, siteId: harbour.id, lifecycle: "retired" });
  await makeSite(db.database, otherId, "Harbour");

  const rows = [
    { line: 2, name: "Harbour", latitude: 53.5, longitude: 10 },
    { line: 3, name: "Island", latitude: 54.2, longitude: 7.9 },
    { line: 4, name: "Island", latitude: 0, longitude: 0 },
  ];
  const outcomes = async (dryRun: boolean) => (await placeSites(as(fleetId), { rows, dryRun })).rows.map(({ outcome }) => outcome);
  expect(await outcomes(true)).toEqual(["placed", "added", "refused"]);
  expect(await outcomes(false)).toEqual(["placed", "added", "refused"]);
  expect(await outcomes(false)).toEqual(["unchanged", "unchanged", "refused"]);
  const audit = await db.database.prisma.auditEvent.findMany({ where: { fleetId }, orderBy: { id: "asc" } });
  expect(audit.map(({ action, before }) => [action, before])).toEqual([
    ["site.added", null],
    ["site.changed", { name: "Harbour", latitude: null, longitude: null }],
  ]);

  const { sites } = await readSiteMap(as(fleetId, "viewer"), {});
  expect(sites).toMatchObject([
    { id: harbour.id, name: "Harbour", latitude: 53.5, longitude: 10, devices: 3, counts: { online: 2, offline: 1, silent: 0 } },
    { name: "Island", latitude: 54.2, longitude: 7.9, devices: 0 },
  ]);
  expect((await readSiteMap(as(otherId), {})).sites).toMatchObject([{ name: "Harbour", latitude: null, longitude: null, devices: 0 }]);

  expect(await changeSite(as(fleetId), { siteId: harbour.id, latitude: null, longitude: null })).toMatchObject({ name: "Harbour", latitude: null });
  await expect(changeSite(as(fleetId), { siteId: harbour.id, name: "Island" })).rejects.toMatchObject({ code: "conflict" });
  await expect(changeSite(as(otherId), { siteId: harbour.id, latitude: 1, longitude: 1 })).rejects.toMatchObject({ code: "not_found" });
  await expect(changeSite(as(fleetId, "viewer"), { siteId: harbour.id, latitude: 1, longitude: 1 })).rejects.toMatchObject({ code: "forbidden" });
});
