import { afterAll, beforeAll, expect, test } from "vitest";
import type { Role } from "@/lib/domain/members/permissions";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeAlertRule, makeDevice, makeFleet } from "@/lib/testing/factories";
import { getAlert, listAlerts } from "../alerts";
import { fetchOpeningKeys } from "../encryption/opening-keys";
import { listLatestMeasurements } from "./list-metrics";
import { revealReadings } from "./reveal-readings";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db?.close());

async function stage() {
  const { id: fleetId } = await makeFleet(db.database);
  const device = await makeDevice(db.database, fleetId);
  const insert = "insert into measurement (device_id, metric, time, seq, value) values ($1, 'pressure', now() - $2::int * interval '1 minute', $2, $3)";
  for (const [ago, value] of [
    [1, 7.5],
    [2, 7.25],
    [90, 3],
  ])
    await db.database.pool.query(insert, [device.id, ago, value]);
  const events = () => db.database.prisma.auditEvent.findMany({ where: { fleetId, action: "telemetry.revealed" } });
  return { fleetId, deviceId: device.id, events, as: (role: Role | "none") => makeContext(db.database, { fleetId, role }) };
}

test("support sees no value, not by keys either; with a reason it does, and the reason is in the audit log", async () => {
  const { deviceId, events, as } = await stage();
  const support = as("support");
  await expect(listLatestMeasurements(support, { deviceId })).rejects.toMatchObject({ code: "forbidden" });
  await expect(fetchOpeningKeys(support, { deviceId })).rejects.toMatchObject({ code: "forbidden" });
  for (const reason of ["", "        ", "short"]) await expect(revealReadings(support, { deviceId, reason })).rejects.toMatchObject({ code: "invalid_input" });
  expect(await events()).toEqual([]);
  const revealed = await revealReadings(support, { deviceId, reason: "ticket 4711: valve sticks" });
  expect(revealed).toMatchObject({ readings: [{ metric: "pressure", value: 7.5 }, { value: 7.25 }], isCut: false });
  expect(await events()).toMatchObject([
    { actorName: "Test support", objectId: deviceId, after: { reason: "ticket 4711: valve sticks", minutes: 15, metrics: ["pressure"], readings: 2 } },
  ]);
  expect((await revealReadings(support, { deviceId, reason: "ticket 4711: further back", minutes: 120 })).readings).toHaveLength(3);
});

test("another fleet's support and a stranger reveal nothing, and leave no event here", async () => {
  const { deviceId, events, as } = await stage();
  const other = makeContext(db.database, { fleetId: (await makeFleet(db.database)).id, role: "support" });
  await expect(revealReadings(other, { deviceId, reason: "curious about it" })).rejects.toMatchObject({ code: "not_found" });
  await expect(revealReadings(as("none"), { deviceId, reason: "curious about it" })).rejects.toMatchObject({ code: "not_found" });
  expect(await events()).toEqual([]);
});

test("an alert on a value tells support that there is one, and not what was measured", async () => {
  const { deviceId, fleetId, as } = await stage();
  const rule = await makeAlertRule(db.database, fleetId, { kind: "threshold", metric: "pressure", comparison: "above", threshold: 7 });
  const at = new Date();
  const { id: alertId } = await db.database.prisma.alert.create({
    data: { id: "alr_x", fleetId, ruleId: rule.id, deviceId, state: "firing", pendingAt: at, firedAt: at, value: 7.5, detail: "pressure is 7.5, above 7." },
  });
  const hidden = { state: "firing", value: null, detail: "What was measured is not shown to your role." };
  expect(await getAlert(as("support"), { alertId })).toMatchObject(hidden);
  expect((await listAlerts(as("support"), {})).items).toMatchObject([hidden]);
  expect(await getAlert(as("viewer"), { alertId })).toMatchObject({ value: 7.5, detail: "pressure is 7.5, above 7." });
});
