import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import { DELIVERY_ATTEMPTS } from "@/lib/domain/alerts/delivery-schedule";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeAlertRule, makeDevice, makeFleet } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { drainOutbox } from "../outbox/index";
import { addChannel, changeChannel, createWebhookSender, evaluateAlerts, queueDeliveries, testChannel, type WebhookContext, type WebhookSender } from "./index";

interface Hit {
  headers: IncomingHttpHeaders;
  body: string;
}

let db: TestDatabase;
let clock: FakeClock;
let ctx: WebhookContext;
let fleetId: string;
let sender: WebhookSender;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  clock = fakeClock(new Date());
  ctx = { database: db.database, clock, log: createLog("test", "silent"), env: { WEBHOOK_ALLOWED_HOSTS: ["127.0.0.1"] }, secrets: testSecrets() };
  await db.database.prisma.fleet.deleteMany();
  await db.database.prisma.outbox.deleteMany();
  fleetId = (await makeFleet(db.database, "North Sea")).id;
  sender = createWebhookSender(ctx);
});
afterEach(async () => {
  await sender.stop();
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A receiver on loopback; without an answer it keeps the sender waiting. */
async function receiver(answer: (response: ServerResponse, hit: number) => void): Promise<{ url: string; hits: Hit[] }> {
  const hits: Hit[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    answer(response, hits.push({ headers: request.headers, body }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const address = server.address();
  return { url: `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}/`, hits };
}

const context = () => makeContext(db.database, { fleetId, clock, env: ctx.env });
const channel = (url: string, name = newId("request")) => addChannel(context(), { name, url });
const deliveries = () => db.database.prisma.delivery.findMany({ where: { fleetId }, orderBy: [{ createdAt: "asc" }, { id: "asc" }] });
const verify = (secret: string, { headers, body }: Hit) =>
  new Webhook(secret).verify(body, Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])));

async function raiseAlert(): Promise<{ deviceId: string }> {
  const device = await makeDevice(db.database, fleetId, { name: "Pump 3", presence: { state: "offline", cause: "connection_lost", since: clock.now() } });
  await makeAlertRule(db.database, fleetId, { kind: "offline", name: "Device offline" });
  await evaluateAlerts(ctx);
  return { deviceId: device.id };
}

test("an alert reaches every channel once, signed with that channel's secret", async () => {
  const target = await receiver((response) => response.end());
  const [one, two] = [await channel(target.url), await channel(target.url)];
  const { deviceId } = await raiseAlert();
  await drainOutbox(ctx, { "alert.notify": queueDeliveries(ctx) });
  await db.database.prisma.outbox.updateMany({ where: { kind: "alert.notify" }, data: { doneAt: null } }); // As if the worker had died before it said so.
  await drainOutbox(ctx, { "alert.notify": queueDeliveries(ctx) });
  expect(await sender.tick()).toBe(2);
  await expect.poll(async () => (await deliveries()).map(({ state }) => state)).toEqual(["delivered", "delivered"]);
  const rows = await deliveries();
  expect(target.hits).toHaveLength(2);
  for (const { channelId, id } of rows) {
    const secret = channelId === one.channel.id ? one.secret : two.secret;
    const hit = target.hits.find(({ headers }) => headers["webhook-id"] === id);
    expect(hit && verify(secret, hit)).toMatchObject({
      type: "alert.fired",
      timestamp: clock.now().toISOString(),
      data: {
        fleet: { id: fleetId, name: "North Sea" },
        alert: { device: { id: deviceId, name: "Pump 3" }, rule: { name: "Device offline" }, state: "firing" },
      },
    });
  }
  expect(await sender.tick()).toBe(0);
});

test("a failing target is tried again, later each time, with the same webhook-id, until it takes it", async () => {
  const target = await receiver((response, hit) => response.writeHead(hit < 3 ? 500 : 204).end(hit < 3 ? "not now" : ""));
  const { channel: made, secret } = await channel(target.url);
  await testChannel(context(), { channelId: made.id });
  for (const attempt of [1, 2, 3]) {
    expect(await sender.tick()).toBe(1);
    await expect.poll(() => target.hits.length).toBe(attempt);
    if (attempt === 3) break;
    await expect
      .poll(async () => (await deliveries())[0])
      .toMatchObject({ state: "queued", lastStatus: 500, lastError: "Answered 500: not now", attempts: attempt });
    expect(await sender.tick()).toBe(0);
    clock.advance(60_000);
  }
  await expect.poll(async () => (await deliveries())[0]).toMatchObject({ state: "delivered", lastStatus: 204, lastError: null, attempts: 3 });
  expect(new Set(target.hits.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect(target.hits.map((hit) => verify(secret, hit))).toMatchObject(Array(3).fill({ type: "test" }));
});

test("after a day it has failed for good; a target that is gone is not tried again", async () => {
  const [failing, gone] = [await receiver((response) => response.writeHead(503).end()), await receiver((response) => response.writeHead(410).end())];
  await testChannel(context(), { channelId: (await channel(failing.url)).channel.id });
  for (let attempt = 1; attempt <= DELIVERY_ATTEMPTS; attempt++) {
    await sender.tick();
    await expect.poll(async () => (await deliveries())[0]?.lastStatus && (await deliveries())[0]?.attempts).toBe(attempt);
    await expect.poll(async () => (await deliveries())[0]?.nextAttemptAt.getTime()).not.toBe(clock.now().getTime() + 60_000);
    clock.advance(8 * 3_600_000);
  }
  expect(await deliveries()).toMatchObject([{ state: "failed", attempts: DELIVERY_ATTEMPTS }]);
  await testChannel(context(), { channelId: (await channel(gone.url)).channel.id });
  await sender.tick();
  await expect.poll(async () => (await deliveries()).map(({ state }) => state)).toEqual(["failed", "failed"]);
  expect(gone.hits).toHaveLength(1);
});

test("a target that never answers delays nobody else, and is left for the next worker when this one stops", async () => {
  const [hanging, healthy] = [await receiver(() => {}), await receiver((response) => response.end())];
  const [slow, fast] = [await channel(hanging.url), await channel(healthy.url)];
  for (let i = 0; i < 30; i++) await testChannel(context(), { channelId: slow.channel.id });
  for (let i = 0; i < 30; i++) await testChannel(context(), { channelId: fast.channel.id });
  await expect
    .poll(async () => {
      await sender.tick();
      return healthy.hits.length;
    })
    .toBe(30);
  expect(hanging.hits.length).toBeLessThanOrEqual(8);
  await sender.stop();
  const waiting = (await deliveries()).filter(({ channelId }) => channelId === slow.channel.id);
  expect(new Set(waiting.map(({ state }) => state))).toEqual(new Set(["queued"]));
});

test("to a channel that is off nothing goes and nothing new is queued; what waited goes when it is on again", async () => {
  const target = await receiver((response) => response.writeHead(204).end());
  const { channel: made } = await channel(target.url);
  await testChannel(context(), { channelId: made.id });
  await changeChannel(context(), { channelId: made.id, enabled: false });
  await raiseAlert();
  await drainOutbox(ctx, { "alert.notify": queueDeliveries(ctx) });
  expect((await deliveries()).map(({ event, state }) => [event, state])).toEqual([["test", "queued"]]);
  expect(await sender.tick()).toBe(0);
  await changeChannel(context(), { channelId: made.id, enabled: true });
  expect(await sender.tick()).toBe(1);
  await expect.poll(() => target.hits.length).toBe(1);
});

test("two workers never send the same delivery at once", async () => {
  const target = await receiver((response) => response.end());
  const { channel: made } = await channel(target.url);
  for (let i = 0; i < 20; i++) await testChannel(context(), { channelId: made.id });
  const others = Array.from({ length: 3 }, () => createWebhookSender(ctx));
  await expect
    .poll(async () => {
      await Promise.all(others.map((other) => other.tick()));
      return (await deliveries()).filter(({ state }) => state === "delivered").length;
    })
    .toBe(20);
  expect(target.hits).toHaveLength(20);
  await Promise.all(others.map((other) => other.stop()));
});

test("a private address is refused without a connection, and the delivery says why", async () => {
  const decoy = await receiver((response) => response.end());
  const { channel: made } = await channel(decoy.url);
  await testChannel(context(), { channelId: made.id });
  const strict = createWebhookSender({ ...ctx, env: { WEBHOOK_ALLOWED_HOSTS: [] } });
  await strict.tick();
  await expect.poll(async () => (await deliveries())[0]?.lastError).toContain("Refused:");
  expect(decoy.hits).toHaveLength(0);
  await strict.stop();
});
