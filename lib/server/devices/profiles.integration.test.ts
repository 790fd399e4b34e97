import { afterAll, beforeAll, expect, test } from "vitest";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile } from "@/lib/testing/factories";
import { addProfile, listProfiles, setProfileReporting } from "./profiles";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test("a profile says how often its devices report and how long they sleep; a change is audited once, and another fleet's does not exist", async () => {
  const fleet = await makeFleet(db.database);
  const as = (fleetId: string, role: "operator" | "viewer" = "operator") => makeContext(db.database, { fleetId, role });
  const profile = await makeProfile(db.database, fleet.id, { name: "Soil probe", reportingIntervalSeconds: 30 });
  await makeDevice(db.database, fleet.id, { profileId: profile.id });
  const changed = await setProfileReporting(as(fleet.id), { profileId: profile.id, sleepSeconds: 3_600 });
  expect(changed).toMatchObject({ name: "Soil probe", reportingIntervalSeconds: 30, sleepSeconds: 3_600, devices: 1 });
  await setProfileReporting(as(fleet.id), { profileId: profile.id, sleepSeconds: 3_600 });
  expect((await listProfiles(as(fleet.id, "viewer"), {})).items).toEqual([changed]);
  const audit = await db.database.prisma.auditEvent.findMany({ where: { objectId: profile.id } });
  expect(audit.map(({ action, before, after }) => [action, before, after])).toEqual([
    ["profile.reporting_set", { reportingIntervalSeconds: 30, sleepSeconds: null }, { reportingIntervalSeconds: 30, sleepSeconds: 3_600 }],
  ]);
  expect(await addProfile(as(fleet.id), { name: "Well", sleepSeconds: 60 })).toMatchObject({ sleepSeconds: 60, reportingIntervalSeconds: 60 });

  const other = await makeFleet(db.database);
  await expect(setProfileReporting(as(other.id), { profileId: profile.id, sleepSeconds: null })).rejects.toMatchObject({ code: "not_found" });
  await expect(setProfileReporting(as(fleet.id, "viewer"), { profileId: profile.id, sleepSeconds: null })).rejects.toMatchObject({ code: "forbidden" });
  await expect(setProfileReporting(as(fleet.id), { profileId: profile.id, sleepSeconds: 3 })).rejects.toMatchObject({ code: "invalid_input" });
});
