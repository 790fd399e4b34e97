import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeAlertRule, makeDevice, makeFleet, makeSession } from "@/lib/testing/factories";
import { ensureMeasurementPartitions } from "../database/partitions";
import type { StepContext } from "../step";
import { dropMeasurements, purgeRows, summarizeArrivals } from "./index";

let db: TestDatabase;
let clock: FakeClock;
let ctx: StepContext;

beforeAll(async () => {
  db = await testDatabase();
  clock = fakeClock("2026-11-22T12:00:00.000Z");
  ctx = { database: db.database, clock, log: createLog("test", "silent") };
});
afterAll(() => db.close());

const daysAgo = (days: number) => new Date(clock.now().getTime() - days * 86_400_000);

test("whole days are dropped when they are too old, late rows of the default partition with them", async () => {
  const { pool } = db.database;
  await ensureMeasurementPartitions(pool, daysAgo(100));
  await ensureMeasurementPartitions(pool, clock.now());
  for (const days of [99, 100, 200, 89, 0])
    await pool.query("insert into measurement (device_id, metric, time, value) values ('dev_1', 'temperature', $1, 1)", [daysAgo(days)]);
  const dropped = await dropMeasurements(ctx, 90);
  expect(dropped).toEqual(["measurement_20260813", "measurement_20260814", "measurement_20260815", "measurement_20260816"]);
  const { rows } = await pool.query("select time from measurement order by time");
  expect(rows.map(({ time }) => time)).toEqual([daysAgo(89), daysAgo(0)]);
  expect(await dropMeasurements(ctx, 90)).toEqual([]);
});

test("rows that have served are deleted, the history of people and sessions stays", async () => {
  const { prisma } = db.database;
  const fleet = await makeFleet(db.database);
  const device = await makeDevice(db.database, fleet.id);
  const rule = await makeAlertRule(db.database, fleet.id);
  const alert = { fleetId: fleet.id, ruleId: rule.id, deviceId: device.id, state: "resolved" as const, pendingAt: daysAgo(400), resolvedAt: daysAgo(400) };
  const fired = await prisma.alert.create({ data: { ...alert, id: newId("alert"), firedAt: daysAgo(400) } });
  await prisma.alert.create({ data: { ...alert, id: newId("alert") } });
  await makeSession(db.database, device, { number: 1n, connectedAt: daysAgo(400), disconnectedAt: daysAgo(400) });
  const waiting = await prisma.outbox.create({ data: { kind: "alert.notify", payload: {}, createdAt: daysAgo(400) } });
  await prisma.outbox.create({ data: { kind: "alert.notify", payload: {}, doneAt: daysAgo(2) } });
  expect(await purgeRows(ctx, 90)).toMatchObject({ outbox: 1, alert: 1, delivery: 0 });
  expect((await prisma.alert.findMany()).map(({ id }) => id)).toEqual([fired.id]);
  expect((await prisma.outbox.findMany()).map(({ id }) => id)).toEqual([waiting.id]);
  expect(await prisma.session.count()).toBe(1);
});

test("tokens of tabs and of our own processes go a week after their end; what somebody granted stays", async () => {
  const { prisma } = db.database;
  const fleetId = (await makeFleet(db.database)).id;
  const token = (subjectKind: "console" | "service", grantedBy: string, days: number) => ({
    id: newId("accessToken"),
    fleetId: subjectKind === "service" && grantedBy === "" ? null : fleetId,
    subjectKind,
    subject: "x",
    scopes: [],
    digest: newId("accessToken"),
    grantedBy,
    expiresAt: daysAgo(days),
  });
  await prisma.accessToken.createMany({
    data: [token("console", "", 8), token("service", "", 8), token("service", "", 6), token("console", "Ann", 8), token("service", "Ann", 8)],
  });
  expect(await purgeRows(ctx, 90)).toMatchObject({ access_token: 2 });
  expect(await prisma.accessToken.count({ where: { subject: "x", grantedBy: "Ann" } })).toBe(2);
});

test("the index over arrivals is told of what came since", async () => {
  const { pool } = db.database;
  await ensureMeasurementPartitions(pool, clock.now());
  const insert = "insert into measurement (device_id, metric, time, value) select 'dev_' || i, 'load', $1, i from generate_series(1, 20000) i";
  await pool.query(insert, [clock.now()]);
  await summarizeArrivals(ctx);
  const { rows } = await pool.query("select brin_summarize_new_values('measurement_20261122_received_at_idx') as left");
  expect(rows).toEqual([{ left: 0 }]);
});
