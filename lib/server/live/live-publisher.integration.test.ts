import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import { liveAlertSchema, liveEventSchema, liveSummarySchema } from "@/lib/protocol/live";
import { presenceMessageSchema } from "@/lib/protocol/presence";
import { topics } from "@/lib/protocol/topics";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeAlertRule, makeDevice, makeFleet, makeSite } from "@/lib/testing/factories";
import { acknowledgeAlert, evaluateAlerts } from "../alerts/index";
import { drainOutbox } from "../outbox/index";
import { publishPresence, republishPresence } from "../presence/index";
import type { StepContext } from "../step";
import { beginFeed, createLivePublisher, type Publisher } from "./index";

interface Sent {
  topic: string;
  payload: unknown;
  retain: boolean;
}

let db: TestDatabase;
let clock: FakeClock;
let ctx: StepContext;
let fleetId: string;
let sent: Sent[];
const publisher: Publisher = {
  async publish(topic, payload, options) {
    sent.push({ topic, payload: payload === "" ? "" : JSON.parse(payload), retain: options?.retain ?? false });
  },
};

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  clock = fakeClock();
  ctx = { database: db.database, clock, log: createLog("test", "silent") };
  await db.database.prisma.fleet.deleteMany();
  await db.database.prisma.outbox.deleteMany();
  fleetId = (await makeFleet(db.database)).id;
  sent = [];
});

const on = (topic: string) => sent.filter((message) => message.topic === topic);
const change = (device: { id: string }, version: number, state: "online" | "offline" = "offline") =>
  db.database.prisma.presenceChange.create({ data: { fleetId, deviceId: device.id, state, cause: "connection_lost", at: clock.now(), version } });

test("a summary when it changes, retained; nothing when it does not", async () => {
  await makeDevice(db.database, fleetId, { presence: { state: "online", cause: "connected" } });
  await makeDevice(db.database, fleetId, { lifecycle: "retired" });
  const live = createLivePublisher(ctx, publisher, await beginFeed(ctx.database));
  await live.tick();
  clock.advance(1_000);
  await live.tick();
  const [message, ...rest] = on(topics.live(fleetId, "summary"));
  expect(rest).toEqual([]);
  expect(message?.retain).toBe(true);
  expect(liveSummarySchema.parse(message?.payload)).toMatchObject({ devices: 1, counts: { online: 1, offline: 0 }, openAlerts: 0 });
  live.forget();
  await live.tick();
  expect(on(topics.live(fleetId, "summary"))).toHaveLength(2);
});

test("presence changes become lines of the feed of their own fleet, each once, from now on", async () => {
  const site = await makeSite(db.database, fleetId, "Delft");
  const device = await makeDevice(db.database, fleetId, { name: "Pump 3", siteId: site.id });
  const other = await makeFleet(db.database);
  await change(device, 1);
  const live = createLivePublisher(ctx, publisher, await beginFeed(ctx.database));
  await live.tick();
  await change(device, 2);
  await live.tick();
  await live.tick();
  expect(on(topics.live(fleetId, "events")).map(({ payload }) => liveEventSchema.parse(payload))).toEqual([
    {
      id: `${device.id}-2`,
      at: clock.now().toISOString(),
      kind: "presence",
      deviceId: device.id,
      deviceName: "Pump 3",
      mark: "offline",
      text: "Pump 3 is offline. The connection broke without a goodbye.",
    },
  ]);
  expect(on(topics.live(other.id, "events"))).toEqual([]);
});

test("a site that goes down is one line", async () => {
  const site = await makeSite(db.database, fleetId, "Rotterdam Pump Hall 3");
  const live = createLivePublisher(ctx, publisher, await beginFeed(ctx.database));
  await live.tick();
  for (let n = 0; n < 41; n++) await change(await makeDevice(db.database, fleetId, { siteId: site.id }), 1);
  await live.tick();
  expect(on(topics.live(fleetId, "events"))).toMatchObject([{ payload: { text: "41 devices went offline at Rotterdam Pump Hall 3." } }]);
});

test("what people do is told where every role may read it, and refused messages are", async () => {
  const device = await makeDevice(db.database, fleetId, { name: "Pump 3" });
  const live = createLivePublisher(ctx, publisher, await beginFeed(ctx.database));
  await live.tick();
  const event = { fleetId, actorKind: "user", actorId: "usr_1", actorName: "Ada", via: "browser", requestId: "req_1", at: clock.now() };
  await db.database.prisma.auditEvent.createMany({
    data: [
      { ...event, action: "device.added", objectKind: "device", objectId: device.id },
      { ...event, action: "token.granted", objectKind: "token", objectId: "tok_1" },
      { ...event, action: "member.added", objectKind: "member", objectId: "usr_2" },
    ],
  });
  const times = { hour: clock.now(), firstAt: clock.now(), lastAt: clock.now() };
  await db.database.prisma.rejectedMessage.create({
    data: {
      fleetId,
      subject: device.id,
      deviceId: device.id,
      topic: "secret/topic",
      reason: "not_json",
      detail: "",
      sample: Buffer.from("secret"),
      sizeBytes: 6,
      ...times,
    },
  });
  await live.tick();
  const texts = on(topics.live(fleetId, "events")).map(({ payload }) => liveEventSchema.parse(payload).text);
  expect(texts).toEqual(["Ada added the device Pump 3.", "A message of Pump 3 was refused: not json."]);
});

test("rows that become visible late are told once", async () => {
  const live = createLivePublisher(ctx, publisher, await beginFeed(ctx.database));
  const device = await makeDevice(db.database, fleetId);
  await live.tick();
  const late = await db.database.pool.connect();
  await late.query("begin");
  const insert = `insert into audit_event (fleet_id, actor_kind, actor_id, actor_name, via, action, object_kind, object_id, request_id)
    values ($1, 'user', 'usr_1', $2, 'browser', 'device.changed', 'device', $3, 'req_1')`;
  await late.query(insert, [fleetId, "Ada", device.id]);
  await db.database.pool.query(insert, [fleetId, "Grace", device.id]);
  await live.tick();
  await late.query("commit");
  late.release();
  await live.tick();
  await live.tick();
  const texts = on(topics.live(fleetId, "events")).map(({ payload }) => liveEventSchema.parse(payload).text.split(" ")[0]);
  expect(texts).toEqual(["Grace", "Ada"]);
});

test("alerts: a message for pages, a line for the feed, and the acknowledgement", async () => {
  const device = await makeDevice(db.database, fleetId, { name: "Pump 3", presence: { state: "offline", cause: "keep_alive_timeout", since: clock.now() } });
  await makeAlertRule(db.database, fleetId, { name: "Device offline" });
  const live = createLivePublisher(ctx, publisher, await beginFeed(ctx.database));
  await live.tick();
  await evaluateAlerts(ctx);
  const { id } = await db.database.prisma.alert.findFirstOrThrow({ where: { fleetId } });
  await acknowledgeAlert(makeContext(db.database, { fleetId, clock }), { alertId: id });
  await drainOutbox(ctx, { "live.publish": live.handleOutbox });
  await live.tick();
  expect(on(topics.live(fleetId, "alerts")).map(({ payload }) => liveAlertSchema.parse(payload))).toEqual([
    { id, deviceId: device.id, state: "firing", acknowledged: false, version: 0 },
    { id, deviceId: device.id, state: "firing", acknowledged: true, version: 1 },
  ]);
  expect(on(topics.live(fleetId, "events")).map(({ payload }) => liveEventSchema.parse(payload).text)).toEqual([
    "Alert: Device offline. Offline. Keep-alive timeout: nothing heard for 1.5 x its keep-alive.",
    "Test admin acknowledged an alert.",
  ]);
});

test("presence is published as it is now, retained, of devices that are not retired", async () => {
  const lastSeenAt = clock.now();
  const device = await makeDevice(db.database, fleetId, { presence: { state: "online", cause: "connected", since: clock.now(), lastSeenAt, version: 7 } });
  const retired = await makeDevice(db.database, fleetId, { lifecycle: "retired" });
  await publishPresence(db.database, publisher, [device.id, device.id, retired.id, "dev_gone"]);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ topic: topics.presence(fleetId, device.id), retain: true });
  const at = clock.now().toISOString();
  expect(presenceMessageSchema.parse(sent[0]?.payload)).toEqual({
    device: device.id,
    state: "online",
    cause: "connected",
    since: at,
    lastSeenAt: at,
    version: 7,
  });
  expect(await republishPresence(db.database, publisher)).toBe(1);
});

test("an outbox row that cannot be carried out waits longer each time and holds up nobody", async () => {
  const good = await makeDevice(db.database, fleetId);
  const rows = [{ deviceIds: "nonsense" }, { deviceIds: [good.id] }];
  for (const payload of rows) await db.database.prisma.outbox.create({ data: { fleetId, kind: "presence.publish", payload, availableAt: clock.now() } });
  const done: unknown[] = [];
  const handlers = {
    "presence.publish": async (claimed: readonly { payload: unknown }[]) => {
      for (const { payload } of claimed) {
        if (!Array.isArray((payload as { deviceIds: unknown }).deviceIds)) throw new Error("nonsense");
      }
      done.push(...claimed);
    },
  };
  expect(await drainOutbox(ctx, handlers)).toBe(2);
  expect(done).toHaveLength(1);
  expect(await drainOutbox(ctx, handlers)).toBe(0);
  clock.advance(1_000);
  expect(await drainOutbox(ctx, handlers)).toBe(1);
  clock.advance(1_000);
  expect(await drainOutbox(ctx, handlers)).toBe(0);
  expect(await db.database.prisma.outbox.findFirst({ where: { doneAt: null } })).toMatchObject({ attempts: 2, lastError: "nonsense", lockedUntil: null });
});

test("two workers never carry out the same outbox row", async () => {
  for (let n = 0; n < 40; n++) await db.database.prisma.outbox.create({ data: { fleetId, kind: "live.publish", payload: { n }, availableAt: clock.now() } });
  const taken: unknown[] = [];
  const handlers = { "live.publish": async (rows: readonly { payload: unknown }[]) => void taken.push(...rows.map(({ payload }) => payload)) };
  await Promise.all(Array.from({ length: 5 }, () => drainOutbox(ctx, handlers, 13)));
  while ((await drainOutbox(ctx, handlers)) > 0);
  expect(taken).toHaveLength(40);
  expect(new Set(taken.map((payload) => JSON.stringify(payload))).size).toBe(40);
});
