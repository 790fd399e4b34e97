import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "@/lib/base/clock";
import { readEnv } from "@/lib/base/env";
import { createLog } from "@/lib/base/log";
import { type Database, openDatabase } from "@/lib/server/database/client";
import { startPostgres } from "@/lib/server/database/embedded-postgres";
import { migrate } from "@/lib/server/database/migrate";
import { makeDevice, makeFleet, makeSession } from "@/lib/testing/factories";
import { freePorts } from "@/lib/testing/free-ports";
import { startWorker } from "./start-worker";

/** A Postgres of its own, because it is taken away. */
const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-outage-"));
const log = createLog("outage", "silent");
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let database: Database;
let worker: Awaited<ReturnType<typeof startWorker>>;
let port: number;

beforeAll(async () => {
  [port = 0] = await freePorts(1);
  postgres = await startPostgres({ dataDir, port, log });
  await migrate(postgres.url);
  database = openDatabase(postgres.url);
  const [mqtt = 0] = await freePorts(1); // Nobody listens there: a broker that is away must not matter here.
  worker = await startWorker({ env: { ...readEnv({}), DATA_DIR: dataDir, DATABASE_URL: postgres.url, MQTT_PORT: mqtt }, log, clock: systemClock });
});
afterAll(async () => {
  await worker?.stop();
  await database?.close();
  await postgres?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test("Postgres goes away and comes back: the worker goes on, and nobody went offline", async () => {
  const { id: fleetId } = await makeFleet(database);
  const [before, after] = [await makeDevice(database, fleetId), await makeDevice(database, fleetId)];
  const run = await database.prisma.brokerRun.create({ data: { node: "embedded" } });
  const connect = async (deviceId: string, number: bigint) => {
    await makeSession(database, { id: deviceId, fleetId }, { number, brokerRunId: run.id });
    await database.prisma.sessionEvent.create({ data: { fleetId, deviceId, sessionNumber: number, kind: "connected", at: new Date() } });
  };
  const state = async (deviceId: string) => (await database.prisma.presence.findUniqueOrThrow({ where: { deviceId } })).state;

  await connect(before.id, 1n);
  await expect.poll(() => state(before.id)).toBe("online");
  await postgres.stop();
  await expect(state(before.id)).rejects.toThrow();
  postgres = await startPostgres({ dataDir, port, log });
  await database.prisma.brokerRun.update({ where: { id: run.id }, data: { aliveAt: new Date() } });
  await connect(after.id, 2n);
  await expect.poll(() => state(after.id)).toBe("online");
  expect(await database.prisma.presenceChange.findMany({ where: { deviceId: before.id }, select: { state: true } })).toEqual([{ state: "online" }]);
  const [beat] = await database.prisma.workerRun.findMany({ orderBy: { id: "desc" }, take: 1 });
  await expect.poll(async () => (await database.prisma.workerRun.findUniqueOrThrow({ where: { id: beat?.id ?? 0n } })).aliveAt).not.toEqual(beat?.aliveAt);
});
