import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile, makeSession, makeSite } from "@/lib/testing/factories";
import type { StepContext } from "../step";
import { getDiagnosis, judgeTamperVerdicts, listTamperVerdicts } from "./index";

let db: TestDatabase;
let clock: FakeClock;
let ctx: StepContext;
let fleetId: string;
let profileId: string;
let siteId: string;
let numbers = 0n;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  clock = fakeClock();
  ctx = { database: db.database, clock, log: createLog("test", "silent") };
  await db.database.prisma.fleet.deleteMany();
  fleetId = (await makeFleet(db.database)).id;
  profileId = (await makeProfile(db.database, fleetId)).id;
  siteId = (await makeSite(db.database, fleetId, "Delft")).id;
  for (let i = 0; i < 5; i++) await makeDevice(db.database, fleetId, { siteId, profileId, presence: { state: "online", cause: "connected" } });
});

const as = (role: "admin" | "support" | "viewer" = "support", fleet = fleetId) => makeContext(db.database, { fleetId: fleet, clock, role });
const ago = (seconds: number) => new Date(clock.now().getTime() - seconds * 1000);

/** A device that vanished a minute ago. */
async function vanished(name = "pump-1") {
  const device = await makeDevice(db.database, fleetId, {
    name,
    siteId,
    profileId,
    presence: { state: "offline", cause: "keep_alive_timeout", since: ago(60) },
  });
  await makeSession(db.database, device, { number: ++numbers, connectedAt: ago(9_000), disconnectedAt: ago(60), disconnectReason: "MQTT_KEEP_ALIVE_TIMEOUT" });
  return device;
}
const refuse = (deviceId: string, address: string, reason: string) =>
  db.database.prisma.refusal.create({
    data: {
      fleetId,
      subject: deviceId,
      deviceId,
      broker: "embedded",
      action: "connect",
      topic: "",
      reason,
      hour: ago(30),
      address,
      count: 4,
      firstAt: ago(40),
      lastAt: ago(30),
    },
  });

test("support reads why, with everything that happened, and no payload", async () => {
  const { id } = await vanished();
  await db.database.pool.query("insert into measurement (device_id, metric, time, value, received_at) values ($1, 'secret_level', $2, 4711, $2)", [
    id,
    ago(90),
  ]);
  const diagnosis = await getDiagnosis(as(), { deviceId: id });
  expect(diagnosis).toMatchObject({
    device: { name: "pump-1", site: "Delft" },
    hypotheses: [{ key: "lost" }, ...Array(14).fill({})],
    neighbours: { connected: 5, away: 0 },
  });
  expect(diagnosis.answer).toContain("pump-1 is offline because it fell silent without a goodbye");
  expect(diagnosis.events.map(({ kind }) => kind)).toContain("session");
  expect(JSON.stringify(diagnosis)).not.toMatch(/4711|secret_level/);
});

test("another fleet's device does not exist", async () => {
  const { id } = await vanished();
  const other = await makeFleet(db.database);
  await expect(getDiagnosis(as("admin", other.id), { deviceId: id })).rejects.toMatchObject({ code: "not_found" });
});

test("tried from elsewhere after it vanished: suspected, told once, listed in its own fleet only", async () => {
  const { id } = await vanished();
  await judgeTamperVerdicts(ctx);
  expect((await listTamperVerdicts(as(), {})).total).toBe(0);
  await refuse(id, "203.0.113.9", "wrong_client_id");
  clock.advance(60_000);
  await judgeTamperVerdicts(ctx);
  clock.advance(60_000);
  await judgeTamperVerdicts(ctx);
  const { items } = await listTamperVerdicts(as(), {});
  expect(items).toMatchObject([{ device: { id, name: "pump-1" }, evidence: [{ kind: "refused_elsewhere" }, { kind: "alone" }] }]);
  const told = await db.database.prisma.outbox.findMany({ where: { fleetId, kind: "live.publish" } });
  expect(told.map(({ payload }) => JSON.stringify(payload)).filter((text) => text.includes("Tamper suspected"))).toHaveLength(1);
  const other = await makeFleet(db.database);
  expect((await listTamperVerdicts(as("admin", other.id), {})).items).toEqual([]);
});

test("who went away in an open outage is judged only once its identity is tried meanwhile", async () => {
  const { id } = await vanished();
  const outageId = newId("outage");
  const told = { id: outageId, fleetId, factor: "site", value: siteId, label: "Delft", startedAt: ago(60), openedAt: ago(50), statistic: {} };
  await db.database.prisma.outage.create({ data: told });
  await db.database.prisma.outageDevice.create({ data: { outageId, deviceId: id, lostAt: ago(60), cause: "keep_alive_timeout", factors: {} } });
  expect(await judgeTamperVerdicts(ctx)).toBe(0);
  await refuse(id, "203.0.113.9", "wrong_client_id");
  expect(await judgeTamperVerdicts(ctx)).toBe(1);
  expect((await listTamperVerdicts(as(), {})).total).toBe(1);
});

test("neighbours that are away in an outage of their own say nothing about the place; those of the device's own outage do", async () => {
  const { id } = await vanished();
  const others = [(await vanished("pump-2")).id, (await vanished("pump-3")).id];
  const outageId = newId("outage");
  const told = { id: outageId, fleetId, factor: "batch", value: "bat_1", label: "bat_1", startedAt: ago(60), openedAt: ago(50), statistic: {} };
  await db.database.prisma.outage.create({ data: told });
  const join = (deviceId: string) =>
    db.database.prisma.outageDevice.create({ data: { outageId, deviceId, lostAt: ago(60), cause: "token_expired", factors: {} } });
  for (const other of others) await join(other);
  expect((await getDiagnosis(as(), { deviceId: id })).neighbours).toMatchObject({ connected: 5, away: 0 });
  await join(id);
  expect((await getDiagnosis(as(), { deviceId: id })).neighbours).toMatchObject({ connected: 5, away: 2 });
});

test("refused from its own place is no theft", async () => {
  const { id } = await vanished();
  await refuse(id, "127.0.0.1", "expired");
  await judgeTamperVerdicts(ctx);
  expect((await listTamperVerdicts(as(), {})).items).toEqual([]);
  expect((await getDiagnosis(as(), { deviceId: id })).hypotheses[0]?.key).toBe("token_expired");
});
