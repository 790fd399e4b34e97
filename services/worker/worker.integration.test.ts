import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect, type MqttClient } from "mqtt";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { liveEventSchema, liveSummarySchema } from "@/lib/protocol/live";
import { type PresenceMessage, presenceMessageSchema } from "@/lib/protocol/presence";
import { topics } from "@/lib/protocol/topics";
import { addAlertRule, addChannel } from "@/lib/server/alerts/index";
import type { Context } from "@/lib/server/context";
import { changeDevice } from "@/lib/server/devices/change-device";
import { openSecrets } from "@/lib/server/secrets";
import { ensureSigningKey, grantConsoleToken, grantDeviceToken } from "@/lib/server/tokens/index";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile } from "@/lib/testing/factories";
import { freePorts } from "@/lib/testing/free-ports";
import { type RealProcess, startProcess } from "@/lib/testing/real-process";

/** Real broker, real worker, real Postgres, real clients; broker and worker are killed by signal. */
const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-worker-"));
const clients: MqttClient[] = [];
let db: TestDatabase;
let env: Record<string, string>;
let ctx: Context;
let broker: RealProcess;
let worker: RealProcess;

const start = (name: "broker" | "worker", ready: string) =>
  startProcess(process.execPath, ["--import", "tsx", `services/${name}/main.ts`], { env, ready: (output) => output.includes(ready), limitMs: 50_000 });
const startBroker = () => start("broker", "broker is ready");
const startWorker = () => start("worker", "presence published anew");

beforeAll(async () => {
  db = await testDatabase();
  const secrets = openSecrets(dataDir);
  await ensureSigningKey(db.database, secrets);
  const [mqtt, ws, tls] = await freePorts(3);
  env = {
    DATA_DIR: dataDir,
    DATABASE_URL: db.url,
    MQTT_PORT: String(mqtt),
    MQTT_WS_PORT: String(ws),
    MQTTS_PORT: String(tls),
    WEBHOOK_ALLOWED_HOSTS: "127.0.0.1",
    LOG_LEVEL: "info",
  };
  const fleet = await makeFleet(db.database, "North Sea");
  ctx = { ...makeContext(db.database, { fleetId: fleet.id, env: { WEBHOOK_ALLOWED_HOSTS: ["127.0.0.1"] } }), secrets };
  broker = await startBroker();
  worker = await startWorker();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
});
afterAll(async () => {
  await worker?.kill();
  await broker?.kill();
  await db.close();
  rmSync(dataDir, { recursive: true });
});

function client(credentials: { clientId: string; username: string; token: string }, reconnectPeriod = 0): MqttClient {
  const { clientId, username, token } = credentials;
  const made = connect(`mqtt://127.0.0.1:${env.MQTT_PORT}`, {
    protocolVersion: 4,
    clientId,
    username,
    password: token,
    keepalive: 10,
    reconnectPeriod,
    reconnectOnConnackError: true,
  });
  made.on("error", () => {});
  clients.push(made);
  return made;
}

async function device(options: { name?: string; profileId?: string; reconnectPeriod?: number } = {}) {
  const { reconnectPeriod = 0, ...rest } = options;
  const { id, name } = await makeDevice(db.database, ctx.fleetId, rest);
  const { token } = await grantDeviceToken(ctx, { deviceId: id });
  return { id, name, connect: () => client({ clientId: id, username: id, token }, reconnectPeriod) };
}

/** A console's tab: everything that it hears, per topic. */
async function consoleTab() {
  const credentials = await grantConsoleToken(ctx, {});
  const tab = client(credentials);
  const heard = new Map<string, unknown[]>();
  tab.on("message", (topic, payload) => {
    heard.set(topic, [...(heard.get(topic) ?? []), payload.length > 0 ? JSON.parse(payload.toString("utf8")) : null]);
  });
  await new Promise((resolve) => tab.once("connect", resolve));
  await tab.subscribeAsync([topics.presenceOfAll(ctx.fleetId), topics.liveAll(ctx.fleetId)], { qos: 1 });
  const on = (topic: string) => heard.get(topic) ?? [];
  return {
    /** Null when the retained message was removed. */
    lastOf: (id: string) => on(topics.presence(ctx.fleetId, id)).at(-1),
    presenceOf: (id: string): PresenceMessage | undefined =>
      on(topics.presence(ctx.fleetId, id))
        .map((message) => presenceMessageSchema.parse(message))
        .at(-1),
    texts: () => on(topics.live(ctx.fleetId, "events")).map((message) => liveEventSchema.parse(message).text),
    summary: () =>
      on(topics.live(ctx.fleetId, "summary"))
        .map((message) => liveSummarySchema.parse(message))
        .at(-1),
  };
}

const presence = (deviceId: string) => db.database.prisma.presence.findUniqueOrThrow({ where: { deviceId } });
const isOnline = (deviceId: string) => expect.poll(async () => (await presence(deviceId)).state).toBe("online");

test("a device comes, goes in order and goes without a word: console, feed and summary tell it", async () => {
  const pump = await device({ name: "Pump 1" });
  const tab = await consoleTab();
  const connection = pump.connect();
  await expect.poll(() => tab.presenceOf(pump.id)).toMatchObject({ state: "online", cause: "connected", version: 1 });
  await expect.poll(() => tab.texts()).toContain("Pump 1 is online. Connected.");
  await expect.poll(() => tab.summary()?.counts.online).toBe(1);
  await connection.endAsync();
  await expect.poll(() => tab.presenceOf(pump.id)).toMatchObject({ state: "offline", cause: "clean_disconnect", version: 2 });

  const again = pump.connect();
  await expect.poll(() => tab.presenceOf(pump.id)?.version).toBe(3);
  again.stream.destroy();
  await expect.poll(() => tab.presenceOf(pump.id)).toMatchObject({ state: "offline", cause: "connection_lost", version: 4 });
  await expect.poll(() => tab.summary()?.counts.offline).toBe(1);

  const late = await consoleTab();
  await expect.poll(() => late.presenceOf(pump.id)).toMatchObject({ state: "offline", version: 4 });
  await expect.poll(() => late.summary()?.devices).toBe(1);
});

test("a retired device leaves the broker's memory, and is there again when it is taken back", async () => {
  const pump = await device();
  pump.connect();
  await isOnline(pump.id);
  const tab = await consoleTab();
  await expect.poll(() => tab.lastOf(pump.id)).toMatchObject({ state: "online" });
  await changeDevice(ctx, { deviceId: pump.id, lifecycle: "retired" });
  await expect.poll(() => tab.lastOf(pump.id)).toBeNull();
  await expect.poll(async () => (await presence(pump.id)).cause).toBe("token_revoked");
  await changeDevice(ctx, { deviceId: pump.id, lifecycle: "active" });
  await expect.poll(() => tab.lastOf(pump.id)).toMatchObject({ state: "offline", cause: "token_revoked" });
});

test("the same identity twice: online, flapping when they take it from each other again and again, never offline", async () => {
  const pump = await device();
  pump.connect();
  await isOnline(pump.id);
  for (let n = 0; n < 3; n++) {
    const { version } = await presence(pump.id);
    pump.connect();
    await expect.poll(async () => (await presence(pump.id)).version).toBeGreaterThan(version);
    await isOnline(pump.id);
  }
  pump.connect();
  await expect.poll(() => presence(pump.id)).toMatchObject({ state: "flapping", cause: "reconnecting" });
  const { version, sessionNumber } = await presence(pump.id);
  pump.connect();
  await expect.poll(async () => (await presence(pump.id)).sessionNumber).not.toBe(sessionNumber);
  expect(await presence(pump.id)).toMatchObject({ state: "flapping", version });
  expect(await db.database.prisma.presenceChange.count({ where: { deviceId: pump.id, state: "offline" } })).toBe(0);
});

test("the broker is killed and started again: unknown, then back, never offline, no alert, retained presence is there again", async () => {
  const rule = await addAlertRule(ctx, { kind: "offline", name: "Offline over a restart", holdSeconds: 0 });
  const pumps = await Promise.all(Array.from({ length: 20 }, () => device({ reconnectPeriod: 200 })));
  const before = await db.database.prisma.presenceChange.count({ where: { fleetId: ctx.fleetId, state: "offline" } });
  for (const pump of pumps) pump.connect();
  await Promise.all(pumps.map(({ id }) => isOnline(id)));

  await broker.kill();
  broker = await startBroker();
  await expect
    .poll(async () => db.database.prisma.session.count({ where: { deviceId: { in: pumps.map(({ id }) => id) }, disconnectedAt: null } }))
    .toBe(pumps.length);
  await Promise.all(pumps.map(({ id }) => isOnline(id)));

  const tab = await consoleTab();
  await expect.poll(() => pumps.filter(({ id }) => tab.presenceOf(id)?.state === "online")).toHaveLength(pumps.length);
  const offline = await db.database.prisma.presenceChange.count({ where: { fleetId: ctx.fleetId, state: "offline" } });
  expect(offline).toBe(before);
  expect(await db.database.prisma.alert.count({ where: { ruleId: rule.id, deviceId: { in: pumps.map(({ id }) => id) } } })).toBe(0);
});

test("the worker is killed: what happened meanwhile is told when it is back", async () => {
  const [comes, goes] = [await device(), await device()];
  const connection = goes.connect();
  await isOnline(goes.id);
  await worker.kill();
  comes.connect();
  await connection.endAsync();
  await expect.poll(async () => db.database.prisma.sessionEvent.count({ where: { deviceId: { in: [comes.id, goes.id] } } })).toBe(2);
  worker = await startWorker();
  const tab = await consoleTab();
  await expect.poll(() => tab.presenceOf(comes.id)?.state).toBe("online");
  await expect.poll(() => tab.presenceOf(goes.id)?.cause).toBe("clean_disconnect");
});

test("a published value over the threshold fires, reaches a signed webhook and the console, and resolves", async () => {
  const bodies: string[] = [];
  const failures: unknown[] = [];
  let secret = "";
  const receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    try {
      new Webhook(secret).verify(body, Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])));
      bodies.push(body);
    } catch (error) {
      failures.push(error);
    }
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const address = receiver.address();
  ({ secret } = await addChannel(ctx, { name: "Pager", url: `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}/` }));
  const boiler = await device({ name: "Boiler", profileId: (await makeProfile(db.database, ctx.fleetId)).id });
  await addAlertRule(ctx, {
    kind: "threshold",
    name: "Too hot",
    metric: "temperature",
    comparison: "above",
    threshold: 90,
    holdSeconds: 0,
    deviceId: boiler.id,
  });
  const tab = await consoleTab();
  const connection = boiler.connect();
  const send = (temperature: number) => connection.publishAsync(topics.up(ctx.fleetId, boiler.id, "telemetry"), JSON.stringify({ temperature }), { qos: 1 });
  const told = () => bodies.map((body) => JSON.parse(body)).filter(({ data }) => data.alert?.device.id === boiler.id);

  await send(95.5);
  await expect.poll(told).toMatchObject([{ type: "alert.fired", data: { alert: { state: "firing", value: 95.5, detail: "temperature is 95.5, above 90." } } }]);
  await expect.poll(() => tab.texts()).toContain("Alert: Too hot. temperature is 95.5, above 90.");
  await send(70);
  await expect.poll(told).toMatchObject([{ type: "alert.fired" }, { type: "alert.resolved", data: { alert: { state: "resolved" } } }]);
  expect(failures).toEqual([]);
  await new Promise((resolve) => {
    receiver.closeAllConnections();
    receiver.close(resolve);
  });
});

test("an orderly stop ends the run and leaves nothing locked", async () => {
  const locked = () => db.database.prisma.outbox.findMany({ where: { doneAt: null, lockedUntil: { not: null } }, select: { id: true } });
  const before = await locked(); // By the worker that was killed.
  const exited = new Promise((resolve) => worker.child.once("exit", resolve));
  worker.child.kill("SIGTERM");
  expect(await exited).toBe(0);
  const [run] = await db.database.prisma.workerRun.findMany({ orderBy: { id: "desc" }, take: 1 });
  expect(run?.endedAt).not.toBeNull();
  expect(before).toEqual(expect.arrayContaining(await locked()));
  worker = await startWorker();
});
