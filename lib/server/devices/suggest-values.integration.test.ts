import { afterAll, beforeAll, expect, test } from "vitest";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeMeasurements, makeSite } from "@/lib/testing/factories";
import { suggestValues } from "./suggest-values";

let db: TestDatabase;
let fleetId: string;

beforeAll(async () => {
  db = await testDatabase();
  const { database } = db;
  fleetId = (await makeFleet(database)).id;
  const other = (await makeFleet(database)).id;
  await makeSite(database, fleetId, "Berlin 3");
  await makeSite(database, fleetId, "Bern");
  await makeSite(database, other, "Berlin 4");
  for (const [fleet, name, firmware] of [
    [fleetId, "pump-1", "2.9"],
    [fleetId, "pump-2", "2.10"],
    [fleetId, "fan", "2.10"],
    [other, "pump-9", "2.99"],
  ] as const) {
    const { id: deviceId } = await makeDevice(database, fleet, { name, firmware });
    await database.prisma.tag.create({ data: { deviceId, key: "line", value: `${name} line` } });
    await makeMeasurements(database, deviceId, fleet === other ? "pressure" : "temperature", [[Date.now(), 1]]);
  }
});
afterAll(() => db.close());

const suggest = async (input: Parameters<typeof suggestValues>[1], role: "viewer" | "support" | "none" = "viewer") =>
  (await suggestValues(makeContext(db.database, { fleetId, role }), input)).items;

test("values of this fleet that begin with the text, whatever its case", async () => {
  expect(await suggest({ field: "site", prefix: "ber" })).toEqual(["Berlin 3", "Bern"]);
  expect(await suggest({ field: "site", prefix: "%" })).toEqual([]);
  expect(await suggest({ field: "name", prefix: "PUMP" })).toEqual(["pump-1", "pump-2"]);
  expect(await suggest({ field: "firmware" })).toEqual(["2.10", "2.9"]);
  expect(await suggest({ field: "tag" })).toEqual(["line"]);
  expect(await suggest({ field: "tag", key: "line", prefix: "pump" })).toEqual(["pump-1 line", "pump-2 line"]);
  expect(await suggest({ field: "metric", prefix: "" })).toEqual(["temperature"]);
  expect(await suggest({ field: "profile", prefix: "Profile" })).toHaveLength(3);
});

test("metrics are not named to who may not read them, and nothing to strangers", async () => {
  expect(await suggest({ field: "metric" }, "support")).toEqual([]);
  await expect(suggest({ field: "site" }, "none")).rejects.toMatchObject({ code: "not_found" });
});
