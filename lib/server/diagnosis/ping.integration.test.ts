import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import type { Role } from "@/lib/domain/members/permissions";
import { commandMessageSchema } from "@/lib/protocol/command";
import { topics } from "@/lib/protocol/topics";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeSession } from "@/lib/testing/factories";
import { drainOutbox } from "../outbox/index";
import { getPing, pingDevice, sendPings } from "./index";

let db: TestDatabase;
let clock: FakeClock;
let fleetId: string;
let sent: { topic: string; payload: string }[];

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  clock = fakeClock();
  sent = [];
  await db.database.prisma.fleet.deleteMany();
  await db.database.prisma.outbox.deleteMany();
  fleetId = (await makeFleet(db.database)).id;
});

const as = (role: Role = "support", fleet = fleetId) => makeContext(db.database, { fleetId: fleet, clock, role });
async function deliver(): Promise<void> {
  const ctx = { database: db.database, clock, log: createLog("test", "silent") };
  const publisher = { publish: async (topic: string, payload: string) => void sent.push({ topic, payload }) };
  await drainOutbox(ctx, { "device.ping": sendPings(ctx, publisher) });
}

test("a ping tells what was sent, whether a session was there, and the first sign of life after it; it is audited", async () => {
  const device = await makeDevice(db.database, fleetId);
  const run = await db.database.prisma.brokerRun.create({ data: { node: "test", startedAt: clock.now(), aliveAt: clock.now() } });
  await makeSession(db.database, device, { number: 71n, brokerRunId: run.id, connectedAt: clock.now() });
  const asked = await pingDevice(as(), { deviceId: device.id });
  expect(asked).toMatchObject({
    sentAt: null,
    heardAt: null,
    session: { number: "71", address: "127.0.0.1" },
    topic: topics.command(fleetId, device.id, asked.id),
  });
  await db.database.prisma.presence.update({ where: { deviceId: device.id }, data: { lastSeenAt: clock.now() } });
  clock.advance(400);
  await deliver();
  expect(sent.map(({ topic }) => topic)).toEqual([asked.topic]);
  expect(commandMessageSchema.parse(JSON.parse(sent[0]?.payload ?? ""))).toMatchObject({ id: asked.id, name: "ping" });
  expect((await getPing(as("viewer"), { deviceId: device.id })).ping).toMatchObject({ sentAt: clock.now().toISOString(), heardAt: null });
  clock.advance(900);
  await db.database.prisma.presence.update({ where: { deviceId: device.id }, data: { lastSeenAt: clock.now() } });
  expect((await getPing(as(), { deviceId: device.id })).ping?.heardAt).toBe(clock.now().toISOString());
  expect(await db.database.prisma.auditEvent.findFirst({ where: { fleetId } })).toMatchObject({ action: "device.pinged", objectId: device.id });
});

test("without a session it says so; what could not be sent for a minute is not sent any more", async () => {
  const device = await makeDevice(db.database, fleetId);
  expect((await pingDevice(as(), { deviceId: device.id })).session).toBeNull();
  clock.advance(61_000);
  await deliver();
  expect(sent).toEqual([]);
});

test("not twice within ten seconds, not by a viewer, not for another fleet", async () => {
  const device = await makeDevice(db.database, fleetId);
  await pingDevice(as(), { deviceId: device.id });
  clock.advance(9_000);
  await expect(pingDevice(as("admin"), { deviceId: device.id })).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: 1 });
  clock.advance(1_000);
  await pingDevice(as("admin"), { deviceId: device.id });
  clock.advance(20_000);
  await expect(pingDevice(as("viewer"), { deviceId: device.id })).rejects.toMatchObject({ code: "forbidden" });
  const other = (await makeFleet(db.database)).id;
  await expect(pingDevice(as("admin", other), { deviceId: device.id })).rejects.toMatchObject({ code: "not_found" });
  await expect(getPing(as("admin", other), { deviceId: device.id })).rejects.toMatchObject({ code: "not_found" });
});
