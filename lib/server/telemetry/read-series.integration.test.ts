import { afterAll, beforeAll, expect, test } from "vitest";
import type { Role } from "@/lib/domain/members/permissions";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeMeasurements, makeProfile } from "@/lib/testing/factories";
import { listLatestMeasurements } from "./list-metrics";
import { listRejected } from "./list-rejected";
import { readSeries } from "./read-series";

let db: TestDatabase;
let fleetId: string;
let otherFleetId: string;
let deviceId: string;
const clock = fakeClock("2026-11-22T12:00:00.000Z");
const now = clock.now().getTime();
const as = (role: Role = "viewer", fleet = fleetId) => makeContext(db.database, { fleetId: fleet, role, clock });

beforeAll(async () => {
  db = await testDatabase();
  fleetId = (await makeFleet(db.database)).id;
  otherFleetId = (await makeFleet(db.database)).id;
  const profileId = (await makeProfile(db.database, fleetId, { reportingIntervalSeconds: 10 })).id;
  deviceId = (await makeDevice(db.database, fleetId, { profileId })).id;
  const points = Array.from({ length: 720 }, (_, i): [number, number] => [now - 7_200_000 + i * 10_000, i === 400 ? 999 : i % 10]);
  await makeMeasurements(db.database, deviceId, "level", points);
});
afterAll(() => db.close());

test("few measurements come as they are", async () => {
  const series = await readSeries(as(), { deviceId, metric: "level", from: "now-10m", points: 100 });
  expect(series).toMatchObject({ metric: "level", bucketMs: 0, gapMs: 25_000, from: "2026-11-22T11:50:00.000Z", to: "2026-11-22T12:00:00.000Z" });
  expect(series.time).toHaveLength(60);
  expect(series.time[0]).toBe(now - 600_000);
  expect(series.min).toEqual(series.mean);
});

test("many come in buckets that keep every extreme, and stand still when asked again", async () => {
  const series = await readSeries(as(), { deviceId, metric: "level", from: "now-2h", points: 100 });
  expect(series.bucketMs).toBe(120_000);
  expect(series.time.length).toBeLessThanOrEqual(100);
  expect(series.time.every((time) => time % 120_000 === 0)).toBe(true);
  expect(Math.max(...series.max)).toBe(999);
  expect(Math.min(...series.min)).toBe(0);
  expect(series.gapMs).toBe(145_000);
  for (const column of [series.min, series.mean, series.max]) expect(column).toHaveLength(series.time.length);
  const later = await readSeries(as(), { deviceId, metric: "level", from: new Date(now - 7_200_000 + 1_000).toISOString(), to: "now", points: 100 });
  expect(later.time.slice(1)).toEqual(series.time.slice(1));
});

test("an unknown metric is an empty series, an unknown device an error, in any fleet", async () => {
  expect((await readSeries(as(), { deviceId, metric: "nothing" })).time).toEqual([]);
  const foreign = await readSeries(as("viewer", otherFleetId), { deviceId, metric: "level" }).catch((error: Error) => error);
  const nowhere = await readSeries(as(), { deviceId: "dev_0000000000000000", metric: "level" }).catch((error: Error) => error);
  expect(foreign).toMatchObject({ code: "not_found" });
  expect(String(foreign)).toBe(String(nowhere));
});

test("support staff read no values", async () => {
  await expect(readSeries(as("support"), { deviceId, metric: "level" })).rejects.toMatchObject({ code: "forbidden" });
  await expect(listLatestMeasurements(as("support"), { deviceId })).rejects.toMatchObject({ code: "forbidden" });
  expect((await listLatestMeasurements(as(), { deviceId })).items).toMatchObject([{ metric: "level" }]);
  await expect(listLatestMeasurements(as("viewer", otherFleetId), { deviceId })).rejects.toMatchObject({ code: "not_found" });
});

test.each([
  { from: "yesterday" },
  { from: { gt: 0 } },
  { points: 1 },
  { points: 1e9 },
  { metric: { contains: "" } },
  { deviceId: ["a"] },
  { metric: undefined },
])("%j is refused", async (wrong) => {
  await expect(readSeries(as(), { deviceId, metric: "level", ...wrong } as never)).rejects.toMatchObject({ code: "invalid_input" });
});

test("rejected messages: newest first, of one fleet, with a sample only for who may read payloads", async () => {
  const row = (over: object) => ({
    fleetId,
    subject: deviceId,
    deviceId,
    topic: "sp/v1/x/y/up/telemetry",
    reason: "not_json",
    hour: new Date(now),
    detail: "The payload is not JSON.",
    firstAt: new Date(now - 5_000),
    lastAt: new Date(now),
    sample: Buffer.from("\u001b[31m<b>é"),
    sizeBytes: 9,
    ...over,
  });
  const stranger = await makeDevice(db.database, otherFleetId);
  await db.database.prisma.rejectedMessage.createMany({
    data: [
      row({ count: 7 }),
      row({ reason: "too_large", lastAt: new Date(now - 1_000) }),
      row({ reason: "empty", lastAt: new Date(now - 1_000), deviceId: null, subject: "nobody" }),
      row({ fleetId: otherFleetId, deviceId: stranger.id, subject: stranger.id }),
    ],
  });
  const first = await listRejected(as("admin"), { limit: 2 });
  expect(first.total).toBe(3);
  expect(first.items[0]).toMatchObject({ reason: "not_json", count: 7, deviceId, sample: ".[31m<b>..", sizeBytes: 9 });
  const second = await listRejected(as("admin"), { limit: 2, cursor: first.nextCursor ?? "" });
  expect([...first.items, ...second.items].map(({ reason }) => reason)).toEqual(["not_json", "empty", "too_large"]);
  expect((await listRejected(as("support"), {})).items.every(({ sample }) => sample === null)).toBe(true);
  expect((await listRejected(as("admin"), { deviceId, reason: "too_large" })).total).toBe(1);
  expect((await listRejected(as("admin"), { deviceId: stranger.id })).items).toEqual([]);
  await expect(listRejected(as("viewer"), {})).rejects.toMatchObject({ code: "forbidden" });
});
