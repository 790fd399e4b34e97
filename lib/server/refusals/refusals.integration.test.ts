import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import { fakeClock } from "@/lib/testing/clock";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { purgeRows } from "../retention";
import { type RefusalEvent, RefusalRecorder } from "./recording";

let db: TestDatabase;
let device: { id: string; fleetId: string };
const clock = fakeClock("2026-11-28T12:00:00.000Z");

beforeAll(async () => {
  db = await testDatabase();
  device = await makeDevice(db.database, (await makeFleet(db.database)).id);
});
afterAll(() => db.close());

const open = (database: ConstructorParameters<typeof RefusalRecorder>[0]["database"] = db.database) =>
  new RefusalRecorder({ database, clock, log: createLog("test", "silent") });
const holder = ({ id, fleetId }: { id: string; fleetId: string }) => ({ fleetId, subject: id, deviceId: id, tokenId: newId("accessToken") });
const connect = (username: string, reason: RefusalEvent["reason"] = "bad_signature"): RefusalEvent => ({
  broker: "embedded",
  holder: { username },
  action: "connect",
  reason,
  address: "192.0.2.7",
  clientId: "x",
});
const publish = (of: { id: string; fleetId: string }, topic: string): RefusalEvent => ({
  broker: "embedded",
  holder: holder(of),
  action: "publish",
  reason: "implicit_deny",
  topic,
  qos: 1,
  retain: false,
});
const rowsOf = (subject: string) => db.database.prisma.refusal.findMany({ where: { subject }, orderBy: { id: "asc" } });

test("a claimed name belongs to the device that bears it; a name that nobody bears is counted and kept nowhere", async () => {
  const recorder = open();
  for (const name of [device.id, device.id, newId("device"), "no segment", "", "' or 1=1", "a\0b"]) recorder.record(connect(name));
  await recorder.close();
  expect(await rowsOf(device.id)).toMatchObject([{ fleetId: device.fleetId, deviceId: device.id, tokenId: null, count: 2, address: "192.0.2.7" }]);
  expect(await db.database.prisma.refusal.count()).toBe(1);
  expect(recorder.stats).toEqual({ byReason: { bad_signature: 7 }, unknown: 5, dropped: 0 });
});

test("a flood of one client is counted exactly, in bounded rows, and takes no room of others", async () => {
  const [flooder, quiet] = [await makeDevice(db.database, device.fleetId), await makeDevice(db.database, device.fleetId)];
  const recorder = open();
  for (let i = 0; i < 10_000; i++) recorder.record(publish(flooder, `sp/v1/x/${i}`));
  for (let i = 0; i < 10_000; i++) recorder.record(connect(`stranger_${i}`));
  recorder.record(publish(quiet, "a\nb\u0000\ud800"));
  await recorder.close();
  const rows = await rowsOf(flooder.id);
  expect(rows).toHaveLength(51);
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
  expect(rows.find(({ topic }) => topic === "(other topics)")?.count).toBe(9_950);
  expect(await rowsOf(quiet.id)).toMatchObject([{ topic: "a?b?\ufffd", count: 1 }]);
  // Strangers share 2,000 lines; the rest of them found no room.
  expect(recorder.stats).toMatchObject({ unknown: 2_000, dropped: 8_000 });
});

test("the same again is added to the same line of the hour, with the newest circumstances", async () => {
  const own = await makeDevice(db.database, device.fleetId);
  for (const [qos, scope] of [
    [0, undefined],
    [1, 3],
  ] as const) {
    const recorder = open();
    recorder.record({ ...publish(own, "a"), qos, scope });
    await recorder.close();
    clock.advance(1_000);
  }
  const [row] = await rowsOf(own.id);
  expect(row).toMatchObject({ count: 2, qos: 1, scope: 3 });
  expect(Number(row?.lastAt) - Number(row?.firstAt)).toBe(1_000);
  clock.advance(3_600_000);
  const later = open();
  later.record(publish(own, "a"));
  await later.close();
  expect(await rowsOf(own.id)).toHaveLength(2);
});

test("while Postgres is away lines wait, within bounds, and are written when it is back", async () => {
  const own = await makeDevice(db.database, device.fleetId);
  let away = true;
  let tries = 0;
  const database = {
    pool: {
      query: (...given: Parameters<typeof db.database.pool.query>) => {
        tries++;
        return away ? Promise.reject(new Error("away")) : db.database.pool.query(...given);
      },
    },
  } as unknown as ConstructorParameters<typeof RefusalRecorder>[0]["database"];
  const recorder = open(database);
  for (let i = 0; i < 12_000; i++) recorder.record({ ...publish({ id: `dev_${i}`, fleetId: device.fleetId }, "a") });
  recorder.record(publish(own, "b"));
  expect(recorder.stats.dropped).toBe(2_001);
  await expect.poll(() => tries, { timeout: 5_000 }).toBe(1);
  recorder.record(publish({ id: "dev_1", fleetId: device.fleetId }, "a"));
  away = false;
  await recorder.close();
  expect(await rowsOf("dev_1")).toMatchObject([{ count: 2 }]);
  expect(await rowsOf(own.id)).toEqual([]);
});

test("a fleet that is gone takes nobody else's refusals along, and old ones are purged", async () => {
  const recorder = open();
  const own = await makeDevice(db.database, device.fleetId);
  recorder.record(publish({ id: "dev_gone", fleetId: newId("fleet") }, "a"));
  recorder.record(publish(own, "a"));
  await recorder.close();
  expect(await rowsOf("dev_gone")).toEqual([]);
  expect(await rowsOf(own.id)).toHaveLength(1);
  clock.advance(91 * 86_400_000);
  const deleted = await purgeRows({ database: db.database, clock, log: createLog("test", "silent") }, 90);
  expect(deleted.refusal).toBeGreaterThan(0);
  expect(await db.database.prisma.refusal.count()).toBe(0);
});
