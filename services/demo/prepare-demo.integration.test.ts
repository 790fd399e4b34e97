import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readAgentSettings } from "@/device/agent/options";
import { simulatorConfigSchema } from "@/device/simulator/config";
import { readEnv } from "@/lib/base/env";
import { ensureMeasurementPartitions } from "@/lib/server/database/partitions";
import { bootstrap } from "@/lib/server/members/bootstrap";
import { fakeClock } from "@/lib/testing/clock";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { demoFiles } from "./demo-files";
import { prepareDemo } from "./prepare-demo";

let db: TestDatabase;
let dataDir: string;
const secrets = testSecrets();

beforeAll(async () => {
  db = await testDatabase();
  dataDir = mkdtempSync(path.join(os.tmpdir(), "sp-demo-"));
  await ensureMeasurementPartitions(db.database.pool, new Date());
});
afterAll(async () => {
  await db.close();
  rmSync(dataDir, { recursive: true });
});

const env = () => ({ ...readEnv({ ADMIN_EMAIL: "admin@example.com", ADMIN_PASSWORD: "a password of some length" }), DATA_DIR: dataDir, MQTT_PORT: 21_500 });
const clock = fakeClock(new Date());

async function prepare(devices: number) {
  const { fleetId } = await bootstrap({ env: env(), database: db.database, secrets, clock });
  const steps: string[] = [];
  const prepared = await prepareDemo({ env: env(), database: db.database, secrets, fleetId, devices, clock, onProgress: ({ step }) => steps.push(step) });
  const simulator = simulatorConfigSchema.parse(JSON.parse(readFileSync(demoFiles(dataDir).simulator, "utf8")));
  return { ...prepared, steps, simulator };
}

const count = async (table: string) => Number((await db.database.pool.query(`select count(*) from ${table}`)).rows[0]?.count);

test("a whole fleet on an empty installation, with a past that is past", async () => {
  const { fleetId, simulator, steps, agentArgs } = await prepare(60);
  const { prisma, pool } = db.database;
  expect(await prisma.fleet.findMany({ select: { id: true, name: true } })).toEqual([{ id: fleetId, name: "north-water" }]);
  expect(await prisma.device.count({ where: { fleetId } })).toBe(61);
  expect(await prisma.presence.count({ where: { state: "never_seen" } })).toBe(61);
  expect(await prisma.site.count({ where: { fleetId, latitude: { not: null } } })).toBe(6);
  expect(new Set(steps)).toEqual(new Set(["devices", "tokens", "history"]));

  expect(simulator).toMatchObject({ fleet: fleetId, host: "127.0.0.1", port: 21_500 });
  expect(simulator.devices).toHaveLength(60);
  expect(simulator.devices.every(({ token }) => token?.split(".").length === 3)).toBe(true);
  const agent = readAgentSettings(agentArgs, {});
  expect(agent).toMatchObject({ fleet: fleetId, host: "127.0.0.1", port: 21_500, intervalMs: 2_000 });
  expect(simulator.devices.some(({ id }) => id === agent?.device)).toBe(false);
  for (const file of [demoFiles(dataDir).simulator, demoFiles(dataDir).agent]) expect(statSync(file).mode & 0o777).toBe(0o600);

  const { rows } = await pool.query(`
    select count(*)::int as rows, count(distinct device_id)::int as devices, min(time) as oldest, max(time) as newest,
           count(*) filter (where received_at <> time or seq <> 0)::int as "asIfLive" from measurement`);
  const now = clock.now().getTime();
  expect(rows[0]).toMatchObject({ devices: 60, asIfLive: 0 });
  expect(rows[0].rows).toBeGreaterThan(60 * 2 * 1_440);
  expect(now - rows[0].newest.getTime()).toBeGreaterThan(60_000);
  expect(now - rows[0].oldest.getTime()).toBeGreaterThan(23 * 3_600_000);
  expect(await count("latest_measurement")).toBe(0);
  expect(await prisma.alertRule.findMany({ where: { fleetId }, orderBy: { name: "asc" }, select: { name: true, metric: true } })).toEqual([
    { name: "Cold store too warm", metric: "temperature" },
    { name: "Device offline", metric: null },
  ]);
});

test("a second start finds everything: no device, token or measurement more", async () => {
  const before = await prepare(60);
  const tables = ["device", "access_token", "measurement", "site", "profile", "alert_rule", "audit_event"];
  const counts = await Promise.all(tables.map(count));
  const again = await prepare(60);
  expect(await Promise.all(tables.map(count))).toEqual(counts);
  expect(again.simulator).toEqual(before.simulator);
});

test("more devices are added to those that are there; fewer leave the others alone", async () => {
  const small = await prepare(60);
  const large = await prepare(90);
  expect(large.simulator.devices.slice(0, 60)).toEqual(small.simulator.devices);
  expect(large.simulator.devices).toHaveLength(90);
  expect((await prepare(10)).simulator.devices).toEqual(small.simulator.devices.slice(0, 10));
  expect(await db.database.prisma.device.count()).toBe(91);
});

test("tokens are renewed before they end, and when one was revoked", async () => {
  const before = await prepare(10);
  const revoked = before.simulator.devices[0];
  await db.database.prisma.accessToken.updateMany({ where: { deviceId: revoked?.id }, data: { revokedAt: clock.now() } });
  const after = await prepare(10);
  expect(after.simulator.devices[0]?.token).not.toBe(revoked?.token);
  expect(after.simulator.devices.slice(1)).toEqual(before.simulator.devices.slice(1));
  clock.advance(340 * 24 * 3_600_000);
  const later = await prepare(10);
  for (const [index, { token }] of later.simulator.devices.entries()) expect(token).not.toBe(after.simulator.devices[index]?.token);
});

test("beside a fleet with real devices the demo gets its own, and the members see both", async () => {
  const own = await testDatabase();
  try {
    const start = { env: env(), database: own.database, secrets, clock };
    const { fleetId } = await bootstrap(start);
    await makeDevice(own.database, fleetId);
    const prepared = await prepareDemo({ ...start, fleetId, devices: 5 });
    expect(prepared.fleetId).not.toBe(fleetId);
    expect(await own.database.prisma.device.count({ where: { fleetId } })).toBe(1);
    expect(await own.database.prisma.membership.count({ where: { fleetId: prepared.fleetId, role: "admin" } })).toBe(1);
  } finally {
    await own.close();
  }
});
