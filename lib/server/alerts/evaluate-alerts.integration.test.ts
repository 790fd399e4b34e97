import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import type { PresenceState } from "@/lib/protocol/presence";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeAlertRule, makeDevice, makeFleet, makeProfile, makeSite } from "@/lib/testing/factories";
import type { StepContext } from "../step";
import { evaluateAlerts } from "./evaluate-alerts";

let db: TestDatabase;
let clock: FakeClock;
let ctx: StepContext;
let fleetId: string;
let profileId: string;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  clock = fakeClock();
  ctx = { database: db.database, clock, log: createLog("test", "silent") };
  const { prisma, pool } = db.database;
  await prisma.fleet.deleteMany();
  await prisma.outbox.deleteMany();
  await prisma.workerCursor.deleteMany();
  await pool.query("truncate measurement");
  fleetId = (await makeFleet(db.database)).id;
  profileId = (await makeProfile(db.database, fleetId, { reportingIntervalSeconds: 20 })).id; // A value speaks for 50 s.
  await evaluateAlerts(ctx); // Sets the cursor.
});

/** A reading that arrives now; `age` seconds: how long ago it was measured, by the device's clock. */
async function reading(deviceId: string, value: number, age = 0): Promise<void> {
  const { pool, prisma } = db.database;
  const time = new Date(clock.now().getTime() - age * 1000);
  await pool.query("insert into measurement (device_id, metric, time, value, received_at) values ($1, 'temperature', $2, $3, $4)", [
    deviceId,
    time,
    value,
    clock.now(),
  ]);
  const row = { time, value };
  const known = await prisma.latestMeasurement.findUnique({ where: { deviceId_metric: { deviceId, metric: "temperature" } } });
  if (known && known.time > time) return;
  await prisma.latestMeasurement.upsert({
    where: { deviceId_metric: { deviceId, metric: "temperature" } },
    create: { deviceId, metric: "temperature", ...row },
    update: row,
  });
}

const device = (options: { siteId?: string; lifecycle?: "retired" } = {}) => makeDevice(db.database, fleetId, { profileId, ...options });
const hotRule = (options: { holdSeconds?: number; deviceId?: string; siteId?: string; enabled?: boolean } = {}) =>
  makeAlertRule(db.database, fleetId, { kind: "threshold", metric: "temperature", comparison: "above", threshold: 30, holdSeconds: 60, ...options });
const alerts = () => db.database.prisma.alert.findMany({ where: { fleetId }, orderBy: { pendingAt: "asc" } });
const states = async () => (await alerts()).map(({ state, firedAt }) => (firedAt || state !== "resolved" ? state : "withdrawn"));
const outbox = async (kind: string) => (await db.database.prisma.outbox.findMany({ where: { kind }, orderBy: { id: "asc" } })).map(({ payload }) => payload);
const setPresence = (deviceId: string, state: PresenceState) =>
  db.database.prisma.presence.update({ where: { deviceId }, data: { state, cause: "keep_alive_timeout", since: clock.now() } });

async function after(seconds: number, deviceId: string, value: number): Promise<void> {
  clock.advance(seconds * 1000);
  await reading(deviceId, value);
  await evaluateAlerts(ctx);
}

describe("threshold rules", () => {
  test("pending, firing after the hold time, resolved by a value; told once each", async () => {
    const { id } = await device();
    await hotRule();
    await after(1, id, 31.5);
    expect(await states()).toEqual(["pending"]);
    expect(await outbox("alert.notify")).toEqual([]);
    await after(30, id, 32);
    expect(await states()).toEqual(["pending"]);
    await after(30, id, 33);
    const [fired] = await alerts();
    expect(fired).toMatchObject({ state: "firing", firedAt: clock.now(), value: 33, detail: "temperature is 31.5, above 30." });
    await after(10, id, 34);
    await evaluateAlerts(ctx);
    await after(10, id, 29);
    await evaluateAlerts(ctx);
    expect(await alerts()).toMatchObject([{ id: fired?.id, state: "resolved", resolvedAt: clock.now() }]);
    expect(await outbox("alert.notify")).toEqual([
      { event: "alert.fired", alertIds: [fired?.id] },
      { event: "alert.resolved", alertIds: [fired?.id] },
    ]);
  });

  test("fires by time when no newer value comes, while the last one still speaks for the present", async () => {
    const { id } = await device();
    await hotRule({ holdSeconds: 40 });
    await after(1, id, 31);
    clock.advance(40_000);
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["firing"]);
  });

  test("no data does not confirm: withdrawn, and the hold time starts anew", async () => {
    const { id } = await device();
    await hotRule({ holdSeconds: 60 });
    await after(1, id, 31);
    clock.advance(60_000);
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["withdrawn"]);
    await after(1, id, 31);
    expect(await states()).toEqual(["withdrawn", "pending"]);
    expect(await outbox("alert.notify")).toEqual([]);
  });

  test("no data does not clear: a firing alert stays", async () => {
    const { id } = await device();
    await hotRule({ holdSeconds: 0 });
    await after(1, id, 31);
    clock.advance(3_600_000);
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["firing"]);
  });

  test("a dip between two evaluations restarts the hold time", async () => {
    const { id } = await device();
    await hotRule();
    await after(1, id, 31);
    clock.advance(20_000);
    await reading(id, 29);
    clock.advance(5_000);
    await reading(id, 31);
    const dippedAt = clock.now();
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["withdrawn", "pending"]);
    expect((await alerts())[1]?.pendingAt).toEqual(dippedAt);
  });

  test("a row that becomes visible late is still read, and nothing is judged twice", async () => {
    const [a, b] = [await device(), await device()];
    await hotRule({ holdSeconds: 0 });
    clock.advance(1_000);
    const arrived = clock.now();
    await after(3, a.id, 31);
    await db.database.pool.query("insert into measurement (device_id, metric, time, value, received_at) values ($1, 'temperature', $2, 40, $2)", [
      b.id,
      arrived,
    ]);
    await evaluateAlerts(ctx);
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["firing", "firing"]);
    expect(await outbox("alert.notify")).toHaveLength(2);
  });

  test("what an agent sends again after an outage is history: judged is the newest value only", async () => {
    const { id } = await device();
    await hotRule({ holdSeconds: 0 });
    clock.advance(1_000);
    await reading(id, 50, 7_200);
    await reading(id, 50, 3_600);
    await reading(id, 20, 1);
    await evaluateAlerts(ctx);
    expect(await states()).toEqual([]);
  });

  test("a device whose clock is hours behind is judged by our clock", async () => {
    const { id } = await device();
    await hotRule({ holdSeconds: 60 });
    for (const value of [31, 31, 31]) {
      clock.advance(30_000);
      await reading(id, value, 7_200);
      await evaluateAlerts(ctx);
    }
    expect(await states()).toEqual(["firing"]);
  });

  test("a rule made later judges the newest value at once", async () => {
    const { id } = await device();
    await after(1, id, 31);
    clock.set(new Date(clock.now().getTime() + 5_000));
    await db.database.prisma.alertRule.update({ where: { id: (await hotRule({ holdSeconds: 0 })).id }, data: { updatedAt: clock.now() } });
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["firing"]);
  });

  test("a worker that was away for long judges the newest values, not everything since", async () => {
    const { id } = await device();
    await hotRule({ holdSeconds: 0 });
    clock.advance(60_000);
    await reading(id, 99);
    clock.advance(3_600_000);
    await reading(id, 31);
    await evaluateAlerts(ctx);
    const [alert, ...rest] = await alerts();
    expect(rest).toEqual([]);
    expect(alert).toMatchObject({ state: "firing", value: 31 });
  });

  test("only what the rule watches: site, fleet, enabled, not retired", async () => {
    const site = await makeSite(db.database, fleetId);
    const [inside, outside, retired] = [await device({ siteId: site.id }), await device(), await device({ siteId: site.id, lifecycle: "retired" })];
    const other = await makeFleet(db.database);
    const foreign = await makeDevice(db.database, other.id);
    await hotRule({ holdSeconds: 0, siteId: site.id });
    await hotRule({ holdSeconds: 0, enabled: false });
    clock.advance(1_000);
    for (const { id } of [inside, outside, retired, foreign]) await reading(id, 31);
    await evaluateAlerts(ctx);
    expect((await db.database.prisma.alert.findMany()).map(({ deviceId }) => deviceId)).toEqual([inside.id]);
  });

  test("switching the rule off ends its alerts", async () => {
    const { id } = await device();
    const rule = await hotRule({ holdSeconds: 0 });
    await after(1, id, 31);
    await db.database.prisma.alertRule.update({ where: { id: rule.id }, data: { enabled: false } });
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["resolved"]);
  });
});

describe("offline rules", () => {
  test("fire after the hold time, resolve when the device is back", async () => {
    const { id } = await device();
    await makeAlertRule(db.database, fleetId, { kind: "offline", holdSeconds: 60 });
    await setPresence(id, "offline");
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["pending"]);
    clock.advance(60_000);
    await evaluateAlerts(ctx);
    const [fired] = await alerts();
    expect(fired).toMatchObject({ state: "firing", firedAt: clock.now() });
    expect(fired?.detail).toBe("Offline. Keep-alive timeout: nothing heard for 1.5 x its keep-alive.");
    clock.advance(5_000);
    await setPresence(id, "online");
    await evaluateAlerts(ctx);
    await evaluateAlerts(ctx);
    expect(await alerts()).toMatchObject([{ state: "resolved", resolvedAt: clock.now() }]);
  });

  test("a device that is back before the hold time raises nothing", async () => {
    const { id } = await device();
    await makeAlertRule(db.database, fleetId, { kind: "offline", holdSeconds: 60 });
    await setPresence(id, "offline");
    await evaluateAlerts(ctx);
    clock.advance(30_000);
    await setPresence(id, "online");
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["withdrawn"]);
    expect(await outbox("alert.notify")).toEqual([]);
  });

  test("a broker restart, silence, flapping and never having connected are not offline", async () => {
    await makeAlertRule(db.database, fleetId, { kind: "offline", holdSeconds: 0 });
    for (const state of ["unknown", "silent", "flapping", "never_seen", "online"] as const) await setPresence((await device()).id, state);
    clock.advance(3_600_000);
    await evaluateAlerts(ctx);
    expect(await states()).toEqual([]);
  });

  test("workers at once raise one alert per rule and device", async () => {
    await makeAlertRule(db.database, fleetId, { kind: "offline" });
    const devices = await Promise.all(Array.from({ length: 30 }, () => device()));
    for (const { id } of devices) await setPresence(id, "offline");
    clock.advance(10_000); // So many at once might be an outage until then.
    await Promise.all(Array.from({ length: 4 }, () => evaluateAlerts(ctx)));
    expect(await states()).toEqual(Array(30).fill("firing"));
    const told = (await outbox("alert.notify")).flatMap((payload) => (payload as { alertIds: string[] }).alertIds);
    expect(new Set(told).size).toBe(30);
    expect(told).toHaveLength(30);
  });

  test("consoles hear of every change, with the words for the feed", async () => {
    const site = await makeSite(db.database, fleetId, "Pump Hall 3");
    const { id, name } = await device({ siteId: site.id });
    const rule = await makeAlertRule(db.database, fleetId, { kind: "offline" });
    await setPresence(id, "offline");
    await evaluateAlerts(ctx);
    expect(await outbox("live.publish")).toMatchObject([
      {
        alerts: [{ deviceId: id, state: "firing", acknowledged: false, version: 0 }],
        events: [{ kind: "alert", mark: "firing", deviceName: name, site: "Pump Hall 3", group: `raised the alert ${rule.name}` }],
      },
    ]);
  });
});

describe("leak rules", () => {
  const leak = (deviceId: string) =>
    db.database.prisma.rejectedMessage.create({
      data: {
        fleetId,
        subject: deviceId,
        deviceId,
        topic: `up ${clock.now().toISOString()}`,
        reason: "plaintext_not_allowed",
        hour: clock.now(),
        detail: "",
        firstAt: clock.now(),
        lastAt: clock.now(),
        sample: Buffer.alloc(1),
        sizeBytes: 1,
      },
    });

  test("a message in the open where encryption is required fires at once, once, and is over when no more came for 15 minutes", async () => {
    await makeAlertRule(db.database, fleetId, { kind: "leak", holdSeconds: 0 });
    const { id } = await device();
    await leak(id);
    await evaluateAlerts(ctx);
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["firing"]);
    expect((await alerts())[0]?.detail).toContain("one message refused");
    clock.advance(14 * 60_000);
    await leak(id);
    clock.advance(14 * 60_000);
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["firing"]);
    clock.advance(60_000);
    await evaluateAlerts(ctx);
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["resolved"]);
    clock.advance(1_000);
    await leak(id);
    await evaluateAlerts(ctx);
    expect(await states()).toEqual(["resolved", "firing"]);
  });

  test("another fleet's rule, another reason, and a device of a retired lifecycle raise nothing", async () => {
    await makeAlertRule(db.database, (await makeFleet(db.database)).id, { kind: "leak", holdSeconds: 0 });
    const { id } = await device();
    await leak(id);
    await makeAlertRule(db.database, fleetId, { kind: "leak", holdSeconds: 0, enabled: false });
    const retired = await device({ lifecycle: "retired" });
    await leak(retired.id);
    await evaluateAlerts(ctx);
    expect(await states()).toEqual([]);
  });
});
