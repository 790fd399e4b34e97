import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import type { DisconnectReason } from "@/lib/protocol/presence";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile, makeSession } from "@/lib/testing/factories";
import type { StepContext } from "../step";
import { handleBrokerRuns, handleSessionEvents, sweepPresence } from "./index";

let db: TestDatabase;
let clock: FakeClock;
let ctx: StepContext;
let fleetId: string;
let numbers = 0n;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  clock = fakeClock();
  ctx = { database: db.database, clock, log: createLog("test", "silent") };
  const { prisma } = db.database;
  await prisma.sessionEvent.deleteMany();
  await prisma.presence.deleteMany();
  await prisma.brokerRun.deleteMany();
  await prisma.outbox.deleteMany();
  fleetId = (await makeFleet(db.database)).id;
});

const watched = () => new Date(clock.now().getTime() - 3_600_000);
const presenceOf = (deviceId: string) => db.database.prisma.presence.findUniqueOrThrow({ where: { deviceId } });
const brokerRun = (at = clock.now()) => db.database.prisma.brokerRun.create({ data: { node: "test", startedAt: at, aliveAt: at } });

/** A session as the broker writes it: the row and its event. */
async function connect(deviceId: string, brokerRunId: bigint): Promise<bigint> {
  const number = ++numbers;
  await makeSession(db.database, { id: deviceId, fleetId }, { number, brokerRunId, connectedAt: clock.now() });
  await db.database.prisma.sessionEvent.create({ data: { fleetId, deviceId, sessionNumber: number, kind: "connected", at: clock.now() } });
  return number;
}

async function disconnect(deviceId: string, sessionNumber: bigint, reason: DisconnectReason): Promise<void> {
  await db.database.prisma.session.update({ where: { number: sessionNumber }, data: { disconnectedAt: clock.now(), disconnectReason: reason } });
  await db.database.prisma.sessionEvent.create({ data: { fleetId, deviceId, sessionNumber, kind: "disconnected", reason, at: clock.now() } });
}

test("session events move presence, write the timeline, ask for one publication and are deleted", async () => {
  const run = await brokerRun();
  const [a, b] = [await makeDevice(db.database, fleetId), await makeDevice(db.database, fleetId)];
  const session = await connect(a.id, run.id);
  await connect(b.id, run.id);
  clock.advance(5_000);
  await disconnect(a.id, session, "MQTT_KEEP_ALIVE_TIMEOUT");

  expect(await handleSessionEvents(ctx)).toBe(3);
  expect(await presenceOf(a.id)).toMatchObject({ state: "offline", cause: "keep_alive_timeout", since: clock.now(), sessionNumber: session, version: 2 });
  expect(await presenceOf(b.id)).toMatchObject({ state: "online", cause: "connected", version: 1 });
  const timeline = await db.database.prisma.presenceChange.findMany({ where: { deviceId: a.id }, orderBy: { id: "asc" } });
  expect(timeline.map(({ state, version }) => [state, version])).toEqual([
    ["online", 1],
    ["offline", 2],
  ]);
  const outbox = await db.database.prisma.outbox.findMany();
  expect(outbox).toHaveLength(1);
  expect(outbox[0]).toMatchObject({ fleetId, kind: "presence.publish", payload: { deviceIds: [a.id, b.id] } });
  expect(await db.database.prisma.sessionEvent.count()).toBe(0);
});

test("two workers at once handle every event once", async () => {
  const run = await brokerRun();
  const devices = await Promise.all(Array.from({ length: 20 }, () => makeDevice(db.database, fleetId)));
  for (const device of devices) await connect(device.id, run.id);
  const handled = await Promise.all(Array.from({ length: 6 }, () => handleSessionEvents(ctx, 7)));
  expect(handled.reduce((a, b) => a + b)).toBe(20);
  expect(await db.database.prisma.presence.count({ where: { fleetId, state: "online", version: 1 } })).toBe(20);
  expect(await db.database.prisma.presenceChange.count({ where: { fleetId } })).toBe(20);
});

test("a device that was removed meanwhile does not stop the others", async () => {
  const run = await brokerRun();
  const device = await makeDevice(db.database, fleetId);
  await db.database.prisma.sessionEvent.create({ data: { fleetId, deviceId: "dev_gone", sessionNumber: 1n, kind: "connected", at: clock.now() } });
  await connect(device.id, run.id);
  await handleSessionEvents(ctx);
  expect((await presenceOf(device.id)).state).toBe("online");
});

test("silence: after 2.5 intervals and the lag of last-seen, back with the next message", async () => {
  const run = await brokerRun();
  const profile = await makeProfile(db.database, fleetId, { reportingIntervalSeconds: 20 });
  const device = await makeDevice(db.database, fleetId, { profileId: profile.id });
  const heardAt = clock.now();
  await connect(device.id, run.id);
  await handleSessionEvents(ctx);
  const sweep = () => sweepPresence(ctx, { watchedSince: watched(), graceSeconds: 120 });

  clock.advance(51_000);
  expect(await sweep()).toBe(0);
  clock.advance(2_000);
  expect(await sweep()).toBe(1);
  expect(await presenceOf(device.id)).toMatchObject({ state: "silent", cause: "late", since: new Date(heardAt.getTime() + 50_000) });
  expect(await sweep()).toBe(0);

  await db.database.prisma.presence.update({ where: { deviceId: device.id }, data: { lastSeenAt: clock.now() } });
  expect(await sweep()).toBe(1);
  expect(await presenceOf(device.id)).toMatchObject({ state: "online", cause: "reporting", since: clock.now() });
});

test("a planned sleep: asleep after a goodbye, awake in time; offline from the moment the plan was over; not while no broker lived", async () => {
  const run = await brokerRun();
  const profile = await makeProfile(db.database, fleetId, { sleepSeconds: 600 });
  const [wakes, stays, breaks] = [
    await makeDevice(db.database, fleetId, { profileId: profile.id }),
    await makeDevice(db.database, fleetId, { profileId: profile.id }),
    await makeDevice(db.database, fleetId, { profileId: profile.id }),
  ];
  for (const [device, reason] of [
    [wakes, "CLIENT_INITIATED_DISCONNECT"],
    [stays, "CLIENT_INITIATED_DISCONNECT"],
    [breaks, "CONNECTION_LOST"],
  ] as const)
    await disconnect(device.id, await connect(device.id, run.id), reason);
  await handleSessionEvents(ctx);
  const asleepAt = clock.now();
  expect(await presenceOf(wakes.id)).toMatchObject({ state: "sleeping", cause: "planned_sleep", recentEnds: [] });
  expect((await presenceOf(breaks.id)).state).toBe("offline");
  // A broker restart concerns those that are connected.
  await handleBrokerRuns(ctx, watched());
  expect((await presenceOf(stays.id)).state).toBe("sleeping");

  const sweep = () => sweepPresence(ctx, { watchedSince: watched(), graceSeconds: 120 });
  const alive = () => db.database.prisma.brokerRun.updateMany({ data: { aliveAt: clock.now() } });
  clock.advance(600_000);
  await connect(wakes.id, run.id);
  await handleSessionEvents(ctx);
  expect((await presenceOf(wakes.id)).state).toBe("online");
  clock.advance(61_000);
  expect(await sweep()).toBe(0); // No broker lives.
  await alive();
  expect(await sweep()).toBe(1);
  expect(await presenceOf(stays.id)).toMatchObject({ state: "offline", cause: "overslept", since: new Date(asleepAt.getTime() + 660_000) });
  expect(await sweep()).toBe(0);
});

test("a sleep plan that is taken back: who is asleep is offline since its goodbye", async () => {
  const run = await brokerRun();
  const profile = await makeProfile(db.database, fleetId, { sleepSeconds: 600 });
  const device = await makeDevice(db.database, fleetId, { profileId: profile.id });
  await disconnect(device.id, await connect(device.id, run.id), "CLIENT_INITIATED_DISCONNECT");
  await handleSessionEvents(ctx);
  const asleepAt = clock.now();
  await db.database.prisma.profile.update({ where: { id: profile.id }, data: { sleepSeconds: null } });
  clock.advance(8_000);
  expect(await sweepPresence(ctx, { watchedSince: watched(), graceSeconds: 120 })).toBe(1);
  expect(await presenceOf(device.id)).toMatchObject({ state: "offline", cause: "clean_disconnect", since: asleepAt });
});

test("what the worker could not watch is not silence", async () => {
  const run = await brokerRun();
  const device = await makeDevice(db.database, fleetId);
  await connect(device.id, run.id);
  await handleSessionEvents(ctx);
  clock.advance(3_600_000);
  expect(await sweepPresence(ctx, { watchedSince: clock.now(), graceSeconds: 120 })).toBe(0);
  expect((await presenceOf(device.id)).state).toBe("online");
});

test("a broker restart: unknown, never offline for who comes back; offline after the grace for who does not", async () => {
  const first = await brokerRun();
  const [back, gone, wasOffline] = [await makeDevice(db.database, fleetId), await makeDevice(db.database, fleetId), await makeDevice(db.database, fleetId)];
  await connect(back.id, first.id);
  await connect(gone.id, first.id);
  await disconnect(wasOffline.id, await connect(wasOffline.id, first.id), "CLIENT_INITIATED_DISCONNECT");
  await handleSessionEvents(ctx);
  await handleBrokerRuns(ctx, watched());

  clock.advance(3_000);
  const second = await brokerRun();
  expect(await handleBrokerRuns(ctx, watched())).toBe(2);
  expect(await presenceOf(back.id)).toMatchObject({ state: "unknown", cause: "broker_restarted", since: second.startedAt });
  expect(await presenceOf(wasOffline.id)).toMatchObject({ state: "offline", cause: "clean_disconnect" });
  expect(await handleBrokerRuns(ctx, watched())).toBe(0);

  clock.advance(1_000);
  await connect(back.id, second.id);
  await handleSessionEvents(ctx);
  expect((await presenceOf(back.id)).state).toBe("online");

  clock.advance(118_000);
  await db.database.prisma.brokerRun.update({ where: { id: second.id }, data: { aliveAt: clock.now() } });
  await sweepPresence(ctx, { watchedSince: watched(), graceSeconds: 120 });
  expect((await presenceOf(gone.id)).state).toBe("unknown");
  clock.advance(1_000);
  await sweepPresence(ctx, { watchedSince: watched(), graceSeconds: 120 });
  expect(await presenceOf(gone.id)).toMatchObject({ state: "offline", cause: "not_back_after_broker_restart" });
  expect(await db.database.prisma.presenceChange.count({ where: { deviceId: back.id, state: "offline" } })).toBe(0);
});

test("a device that is back before the worker hears of the restart stays online", async () => {
  const first = await brokerRun();
  const device = await makeDevice(db.database, fleetId);
  await connect(device.id, first.id);
  await handleSessionEvents(ctx);
  clock.advance(2_000);
  const second = await brokerRun();
  await connect(device.id, second.id);
  await handleSessionEvents(ctx);
  expect(await handleBrokerRuns(ctx, watched())).toBe(0);
  expect((await presenceOf(device.id)).state).toBe("online");
});

test("a lost heartbeat makes devices unknown, its return makes open sessions online again; no grace runs while no broker lives", async () => {
  const run = await brokerRun();
  const device = await makeDevice(db.database, fleetId);
  await connect(device.id, run.id);
  await handleSessionEvents(ctx);
  await handleBrokerRuns(ctx, watched());

  clock.advance(11_000);
  expect(await handleBrokerRuns(ctx, clock.now())).toBe(0); // This worker has only just begun to look.
  expect(await handleBrokerRuns(ctx, watched())).toBe(1);
  expect((await presenceOf(device.id)).state).toBe("unknown");

  clock.advance(600_000);
  await sweepPresence(ctx, { watchedSince: watched(), graceSeconds: 120 });
  expect((await presenceOf(device.id)).state).toBe("unknown");

  await db.database.prisma.brokerRun.update({ where: { id: run.id }, data: { aliveAt: clock.now() } });
  expect(await handleBrokerRuns(ctx, watched())).toBe(1);
  expect(await presenceOf(device.id)).toMatchObject({ state: "online", cause: "connected" });
});

test("our own end of a session is unknown, and a message brings the device back", async () => {
  const run = await brokerRun();
  const device = await makeDevice(db.database, fleetId);
  await disconnect(device.id, await connect(device.id, run.id), "SERVER_INITIATED_DISCONNECT");
  await handleSessionEvents(ctx);
  expect(await presenceOf(device.id)).toMatchObject({ state: "unknown", cause: "server_disconnect" });
  clock.advance(1_000);
  await db.database.prisma.presence.update({ where: { deviceId: device.id }, data: { lastSeenAt: clock.now() } });
  await sweepPresence(ctx, { watchedSince: watched(), graceSeconds: 120 });
  expect(await presenceOf(device.id)).toMatchObject({ state: "online", cause: "reporting" });
});

async function flap(deviceId: string, brokerRunId: bigint, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    const session = await connect(deviceId, brokerRunId);
    clock.advance(4_000);
    await disconnect(deviceId, session, "CONNECTION_LOST");
    clock.advance(4_000);
    await handleSessionEvents(ctx);
  }
}

test("a device that comes and goes is flapping: told once, whatever it does meanwhile, until it has been stable or gone for long", async () => {
  const run = await brokerRun();
  const [stable, gone] = [await makeDevice(db.database, fleetId), await makeDevice(db.database, fleetId)];
  const sweep = async () => {
    await db.database.prisma.brokerRun.update({ where: { id: run.id }, data: { aliveAt: clock.now() } });
    await handleBrokerRuns(ctx, watched());
    return sweepPresence(ctx, { watchedSince: watched(), graceSeconds: 120 });
  };
  const timeline = async (deviceId: string) => {
    const rows = await db.database.prisma.presenceChange.findMany({ where: { deviceId }, orderBy: { id: "asc" } });
    return rows.map(({ state, cause, version }) => `${version} ${state} ${cause}`);
  };

  for (const { id } of [stable, gone]) await flap(id, run.id, 4);
  const told = await timeline(stable.id);
  expect(told.slice(-2)).toEqual(["7 online connected", "8 flapping reconnecting"]);
  const { since } = await presenceOf(stable.id);
  await db.database.prisma.outbox.deleteMany();
  for (const { id } of [stable, gone]) await flap(id, run.id, 4);
  const session = await connect(stable.id, run.id);
  await handleSessionEvents(ctx);
  expect(await timeline(stable.id)).toEqual(told);
  expect(await presenceOf(stable.id)).toMatchObject({ state: "flapping", cause: "reconnecting", since, version: 8, sessionNumber: session });
  expect(await db.database.prisma.outbox.count()).toBe(0);

  const connectedAt = clock.now();
  clock.advance(115_000);
  expect(await sweep()).toBe(0);
  clock.advance(64_000);
  await db.database.prisma.presence.update({ where: { deviceId: stable.id }, data: { lastSeenAt: clock.now() } });
  expect(await sweep()).toBe(1);
  expect(await presenceOf(gone.id)).toMatchObject({
    state: "offline",
    cause: "connection_lost",
    since: new Date(connectedAt.getTime() - 4_000 + 120_000),
    version: 9,
  });
  clock.advance(1_000);
  expect(await sweep()).toBe(1);
  expect(await presenceOf(stable.id)).toMatchObject({ state: "online", cause: "settled", since: clock.now(), version: 9, recentEnds: [], beneath: null });
  expect(await sweep()).toBe(0);
});

test("taken over again and again by the same identity, of which the broker tells no end: flapping, never offline or unknown", async () => {
  const run = await brokerRun();
  const device = await makeDevice(db.database, fleetId);
  let session = await connect(device.id, run.id);
  await handleSessionEvents(ctx);
  const states: string[] = [];
  for (let n = 0; n < 8; n++) {
    clock.advance(10_000);
    await db.database.prisma.session.update({ where: { number: session }, data: { disconnectedAt: clock.now(), disconnectReason: "DUPLICATE_CLIENTID" } });
    session = await connect(device.id, run.id);
    await handleSessionEvents(ctx);
    states.push((await presenceOf(device.id)).state);
  }
  expect(states).toEqual([...Array(3).fill("online"), ...Array(5).fill("flapping")]);
  expect(await db.database.prisma.presenceChange.count({ where: { deviceId: device.id, state: { in: ["offline", "unknown"] } } })).toBe(0);
});

test("a broker that restarts again and again makes nobody flapping; one that flapped before is unknown, and flapping again when it is back", async () => {
  let run = await brokerRun();
  const [steady, flapping] = [await makeDevice(db.database, fleetId), await makeDevice(db.database, fleetId)];
  await flap(flapping.id, run.id, 4);
  for (let n = 0; n < 6; n++) {
    for (const { id } of [steady, flapping]) await connect(id, run.id);
    await handleSessionEvents(ctx);
    expect([(await presenceOf(steady.id)).state, (await presenceOf(flapping.id)).state]).toEqual(["online", "flapping"]);
    clock.advance(5_000);
    run = await brokerRun();
    await handleBrokerRuns(ctx, watched());
    expect([(await presenceOf(steady.id)).state, (await presenceOf(flapping.id)).state]).toEqual(["unknown", "unknown"]);
  }
});

test("10,000 devices in a storm: every one online, in batches", async () => {
  const run = await brokerRun();
  const profile = await makeProfile(db.database, fleetId);
  const { pool } = db.database;
  await pool.query(
    "insert into device (id, fleet_id, profile_id, name, updated_at) select 'dev_storm' || i, $1, $2, 'Storm ' || i, now() from generate_series(1, 10000) i",
    [fleetId, profile.id],
  );
  await pool.query("insert into presence (device_id, fleet_id) select id, fleet_id from device where fleet_id = $1", [fleetId]);
  await pool.query(
    `insert into session (number, broker_run_id, fleet_id, subject_kind, subject, device_id, token_id, client_id, transport, address, keep_alive_seconds, connected_at)
     select 1000000 + i, $2, $1, 'device', 'dev_storm' || i, 'dev_storm' || i, 'tok', 'dev_storm' || i, 'tcp', '127.0.0.1', 60, $3 from generate_series(1, 10000) i`,
    [fleetId, run.id, clock.now()],
  );
  await pool.query(
    `insert into session_event (fleet_id, device_id, session_number, kind, at)
     select $1, 'dev_storm' || i, 1000000 + i, 'connected', $2 from generate_series(1, 10000) i`,
    [fleetId, clock.now()],
  );
  const started = performance.now();
  let handled = 0;
  for (let taken = 1; taken > 0; handled += taken) taken = await handleSessionEvents(ctx);
  process.stdout.write(`10,000 session events: ${Math.round(performance.now() - started)} ms\n`);
  expect(handled).toBe(10_000);
  expect(await db.database.prisma.presence.count({ where: { fleetId, state: "online" } })).toBe(10_000);
  expect(await db.database.prisma.outbox.count({ where: { fleetId } })).toBeLessThanOrEqual(6);

  clock.advance(5_000);
  await brokerRun();
  const restart = performance.now();
  expect(await handleBrokerRuns(ctx, watched())).toBe(10_000);
  process.stdout.write(`10,000 devices unknown after a broker restart: ${Math.round(performance.now() - restart)} ms\n`);
});
