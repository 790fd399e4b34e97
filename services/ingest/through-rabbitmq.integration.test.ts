import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connectAsync, connect as connectMqtt, type IClientOptions, type MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { checkLedger } from "@/device/simulator/check-ledger";
import type { LedgerRow } from "@/device/simulator/ledger";
import { ledgerHash } from "@/device/simulator/ledger-hash";
import { systemClock } from "@/lib/base/clock";
import { createLog } from "@/lib/base/log";
import type { Scope } from "@/lib/protocol/access";
import { liveSummarySchema } from "@/lib/protocol/live";
import { presenceMessageSchema } from "@/lib/protocol/presence";
import { topics } from "@/lib/protocol/topics";
import { type Database, openDatabase } from "@/lib/server/database/client";
import { type EmbeddedPostgres, startPostgres } from "@/lib/server/database/embedded-postgres";
import { migrate } from "@/lib/server/database/migrate";
import { handleBrokerRuns, handleSessionEvents } from "@/lib/server/presence/index";
import { openSecrets } from "@/lib/server/secrets";
import { ensureSigningKey, grantConsoleToken, grantDeviceToken, mintServiceToken } from "@/lib/server/tokens/index";
import { makeContext } from "@/lib/testing/context";
import { makeDevice, makeFleet, makeUser } from "@/lib/testing/factories";
import { freePorts } from "@/lib/testing/free-ports";
import { type HookServer, startHookServer } from "@/lib/testing/hook-server";
import { openWire } from "@/lib/testing/mqtt-wire";
import { type RabbitmqNode, rabbitmqInstalled, startRabbitmq } from "@/lib/testing/rabbitmq-node";
import { type RealProcess, startProcess } from "@/lib/testing/real-process";
import { storedReadings } from "@/lib/testing/stored-readings";

const PATIENT = { timeout: 60_000, interval: 50 };
const secret = randomBytes(24).toString("base64url");
const log = createLog("test", "silent");

// The product beside a real RabbitMQ: real ingest and worker processes, real clients, and a Postgres of this file's own, to be killed.
describe.skipIf(!rabbitmqInstalled)("the product on RabbitMQ", () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-ingest-"));
  const clients: MqttClient[] = [];
  const processes: RealProcess[] = [];
  let postgresPort: number;
  let postgres: EmbeddedPostgres;
  let database: Database;
  let hooks: HookServer;
  let rabbit: RabbitmqNode;
  let env: Record<string, string>;
  let fleetId: string;

  const openPostgres = () => startPostgres({ dataDir, port: postgresPort, log });
  const start = async (name: "ingest" | "worker", ready: string) => {
    const running = await startProcess(process.execPath, ["--import", "tsx", `services/${name}/main.ts`], {
      env,
      ready: (output) => output.includes(ready),
      limitMs: 60_000,
    });
    processes.push(running);
    return running;
  };
  const startIngest = () => start("ingest", "reading the queue");

  beforeAll(async () => {
    [postgresPort = 0] = await freePorts(1);
    postgres = await openPostgres();
    await migrate(postgres.url);
    database = openDatabase(postgres.url);
    await ensureSigningKey(database, openSecrets(dataDir));
    fleetId = (await makeFleet(database)).id;
    const hookEnv = { BROKER_HOOK_SECRET: secret, RABBITMQ_VHOST: "/", DATABASE_URL: postgres.url, RABBITMQ_AMQP_URL: ["amqp://set"] };
    hooks = await startHookServer(() => ({ env: hookEnv, database, clock: systemClock, log }));
    rabbit = await startRabbitmq({ hooks: { port: hooks.port, secret } });
    env = {
      DATA_DIR: dataDir,
      DATABASE_URL: postgres.url,
      RABBITMQ_AMQP_URL: rabbit.amqpUrl,
      MQTT_URL: `mqtt://127.0.0.1:${rabbit.mqttPort}`,
      LOG_LEVEL: "info",
      RABBITMQ_MANAGEMENT_URL: rabbit.management.url.replace("://", `://${rabbit.management.user}:${rabbit.management.password}@`),
    };
  }, 240_000);
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end(true);
    await Promise.all(processes.splice(0).map((running) => running.kill()));
  });
  afterAll(async () => {
    await rabbit?.stop();
    await hooks?.close();
    await database?.close();
    await postgres?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  const context = (options: Partial<Parameters<typeof makeContext>[1]> = {}) => ({
    ...makeContext(database, { fleetId, env: { LIVE_URL: `ws://127.0.0.1:${rabbit.webMqttPort}/ws` }, ...options }),
    secrets: openSecrets(dataDir),
  });
  const connect = async ({ username, clientId, token }: { username: string; clientId: string; token: string }, options: IClientOptions = {}) => {
    const client = await connectAsync(`mqtt://127.0.0.1:${rabbit.mqttPort}`, {
      protocolVersion: 4,
      username,
      clientId,
      password: token,
      reconnectPeriod: 0,
      ...options,
    });
    client.on("error", () => {});
    clients.push(client);
    return client;
  };
  const device = async () => {
    const { id } = await makeDevice(database, fleetId);
    const { token } = await grantDeviceToken(context(), { deviceId: id });
    return { id, login: { username: id, clientId: id, token } };
  };

  test("ingest and Postgres are killed under load: nothing acknowledged is lost, nothing invented, nothing stored twice", { timeout: 240_000 }, async () => {
    const sent: LedgerRow[] = [];
    let enough = false;
    const begin = Date.now();
    // Declares the queue: what is published before there is one has nowhere to go.
    const first = await startIngest();
    const publish = async () => {
      const { id, login } = await device();
      const client = await connect(login);
      for (let seq = 1; !enough; seq++) {
        const readings = ["temperature", "humidity"].map((metric, index) => ({ metric, value: seq + index / 4, time: begin + seq }));
        const [head, ...others] = readings.map(({ metric, value }) => ({ n: metric, v: value }));
        const payload = JSON.stringify([{ bn: `${id}:`, bt: (begin + seq) / 1000, seq, ...head }, ...others]);
        const row: LedgerRow = { device: id, seq, hash: ledgerHash(seq, readings), sentAt: Date.now(), acknowledgedAt: null };
        sent.push(row);
        await client.publishAsync(topics.up(fleetId, id, "telemetry"), payload, { qos: 1 });
        row.acknowledgedAt = Date.now();
      }
    };
    const publishing = Promise.all([publish(), publish(), publish()]);
    const acknowledged = () => sent.filter(({ acknowledgedAt }) => acknowledgedAt !== null).length;
    const more = async (count: number) => {
      const goal = acknowledged() + count;
      await vi.waitFor(() => expect(acknowledged()).toBeGreaterThan(goal), PATIENT);
    };
    const storedMoreThan = (count: number) => vi.waitFor(async () => expect((await storedReadings(database)).length).toBeGreaterThan(count), PATIENT);

    await more(300);
    await storedMoreThan(100);
    await first.kill();
    await more(300);
    const second = await startIngest();
    await more(150);
    process.kill(postgres.pid, "SIGKILL");
    await postgres.exited;
    await more(300);
    postgres = await openPostgres();
    // Again in the middle: what was committed and not yet acknowledged comes a second time.
    await storedMoreThan((await storedReadings(database)).length);
    await second.kill();
    await startIngest();
    await more(150);
    enough = true;
    await publishing;

    await vi.waitFor(async () => expect(checkLedger({ sent, stored: await storedReadings(database) }).lost).toEqual([]), PATIENT);
    const report = checkLedger({ sent, stored: await storedReadings(database) });
    expect(report).toMatchObject({ lost: [], invented: [], doubled: [], unacknowledgedButStored: 0, acknowledged: sent.length });
    // And the check can fail.
    expect(checkLedger({ sent, stored: (await storedReadings(database)).slice(2) }).lost.length).toBeGreaterThan(0);
    const { lastSeenAt } = await database.prisma.presence.findUniqueOrThrow({ where: { deviceId: sent[0]?.device ?? "" } });
    expect(lastSeenAt?.getTime()).toBeGreaterThan(begin);
  });

  test("presence: who connects is online, a take-over stays online, who goes is offline; a watch that ends and begins anew makes nobody offline", {
    timeout: 150_000,
  }, async () => {
    const ctx = { database, clock: systemClock, log };
    const stateOf = async (deviceId: string) => {
      await handleSessionEvents(ctx);
      await handleBrokerRuns(ctx, new Date(0));
      const { state, cause, sessionNumber } = await database.prisma.presence.findUniqueOrThrow({ where: { deviceId } });
      return { told: `${state} ${cause}`, session: Number(sessionNumber) };
    };
    const told = async (deviceId: string) => (await stateOf(deviceId)).told;
    const first = await start("ingest", "watching the sessions");
    const [stays, goes] = [await device(), await device()];
    await connect(stays.login);
    const going = await connect(goes.login);
    await expect.poll(() => told(stays.id), PATIENT).toBe("online connected");
    await expect.poll(() => told(goes.id), PATIENT).toBe("online connected");
    const before = (await stateOf(goes.id)).session;
    const again = await connect(goes.login);
    await expect.poll(async () => (await stateOf(goes.id)).session, PATIENT).toBeGreaterThan(before);
    await expect
      .poll(async () => (await database.prisma.session.findUniqueOrThrow({ where: { number: before } })).disconnectReason, PATIENT)
      .toBe("DUPLICATE_CLIENTID");
    expect(await told(goes.id)).toBe("online connected");
    going.end(true);
    again.end(true);
    await expect.poll(() => told(goes.id), PATIENT).toBe("offline connection_closed");

    await first.kill();
    const back = await connect(goes.login);
    await start("ingest", "watching the sessions");
    await expect.poll(() => told(stays.id), PATIENT).toBe("online connected");
    await expect.poll(() => told(goes.id), PATIENT).toBe("online connected");
    back.end(true);
    await expect.poll(() => told(goes.id), PATIENT).toBe("offline connection_closed");
    const changes = await database.prisma.presenceChange.findMany({ where: { deviceId: stays.id } });
    expect(changes.map(({ state }) => state)).not.toContain("offline");
  });

  test("what cannot be stored is kept as rejected, under the fleet that it names, and holds up nothing", async () => {
    await startIngest();
    const [one, foreign] = [await device(), await makeDevice(database, (await makeFleet(database)).id)];
    const client = await connect(one.login);
    await client.publishAsync(topics.up(fleetId, one.id, "telemetry"), "no json", { qos: 1 });
    await client.publishAsync(`sp/v1/${fleetId}/${one.id}/up/nonsense`, "{}", { qos: 1 });
    for (const name of [foreign.id, "dev_nobody", "a*b"]) await publishAsOperator(rabbit, `sp.v1.${fleetId}.${name}.up.telemetry`);
    await publishAsOperator(rabbit, "sp.v1.flt_nowhere.dev_nobody.up.telemetry");
    await client.publishAsync(topics.up(fleetId, one.id, "telemetry"), '{"temperature": 20}', { qos: 1 });
    const rejected = async () => {
      const rows = await database.prisma.rejectedMessage.findMany({ select: { fleetId: true, subject: true, reason: true } });
      return rows.map((row) => [row.fleetId, row.subject, row.reason].join(" ")).toSorted();
    };
    const expected = [
      `${fleetId} ${one.id} not_json`,
      `${fleetId} ${one.id} unknown_topic`,
      `${fleetId} ${foreign.id} unknown_device`,
      `${fleetId} dev_nobody unknown_device`,
      " dev_nobody unknown_device",
      " unknown unknown_topic",
    ];
    await expect.poll(rejected, PATIENT).toEqual(expected.toSorted());
    await expect.poll(() => database.prisma.latestMeasurement.count({ where: { deviceId: one.id } }), PATIENT).toBe(1);
    expect(await database.prisma.latestMeasurement.count({ where: { deviceId: foreign.id } })).toBe(0);
  });

  test("nobody publishes as another device, whatever was granted", async () => {
    await startIngest();
    const victim = await device();
    const topic = topics.up(fleetId, victim.id, "telemetry");
    const scopes: Scope[] = [{ permission: "allow", action: "all", topic: "#" }];
    const { token, ...everything } = await mintServiceToken({ database, secrets: openSecrets(dataDir), clock: systemClock }, { label: "Everything", scopes });
    for (const name of [topic, topic.replaceAll("/", ".")]) {
      const wire = await openWire({ port: rabbit.mqttPort, ...everything, password: token });
      if ("refused" in wire) throw new Error("not connected");
      expect(await wire.publish(name, '{"temperature": 1}', { qos: 1, retain: false })).toBe("closed");
    }
    const own = await connect(victim.login);
    await own.publishAsync(topic, '{"temperature": 2}', { qos: 1 });
    await expect
      .poll(() => database.prisma.latestMeasurement.findMany({ where: { deviceId: victim.id }, select: { value: true } }), PATIENT)
      .toEqual([{ value: 2 }]);
  });

  test("a message above 256 KiB is not taken", async () => {
    await startIngest();
    const one = await device();
    const wire = await openWire({ port: rabbit.mqttPort, username: one.id, clientId: one.id, password: one.login.token });
    if ("refused" in wire) throw new Error("not connected");
    const answer = wire.publish(topics.up(fleetId, one.id, "telemetry"), "x".repeat(262_145), { qos: 1, retain: false });
    await vi.waitFor(() => expect(rabbit.output()).toContain("message size 262145 is larger"), PATIENT);
    // RabbitMQ 3.10 says nothing to it, and leaves the closing to us.
    await wire.vanish();
    expect(await answer).toBe("closed");
    const again = await connect(one.login);
    await again.publishAsync(topics.up(fleetId, one.id, "telemetry"), '{"temperature": 2}', { qos: 1 });
    await expect.poll(() => database.prisma.latestMeasurement.count({ where: { deviceId: one.id } }), PATIENT).toBe(1);
  });

  test("a browser's tab follows its fleet over RabbitMQ's WebSocket: telemetry, presence and the worker's summaries, and nothing else", {
    timeout: 120_000,
  }, async () => {
    const user = await makeUser(database, { fleetId, role: "viewer" });
    const actor = { kind: "user" as const, id: user.id, name: user.name, roles: new Map([[fleetId, "viewer" as const]]) };
    const tabOf = async () => {
      const { url, username, clientId, token } = await grantConsoleToken(context({ actor }), {});
      const client = await connectAsync(url, { protocolVersion: 4, username, clientId, password: token, reconnectPeriod: 0 });
      client.on("error", () => {});
      clients.push(client);
      return client;
    };
    const tab = await tabOf();
    const heard = new Map<string, string>();
    tab.on("message", (topic, payload) => heard.set(topic, payload.toString("utf8")));
    await tab.subscribeAsync([topics.telemetryOfAll(fleetId), topics.liveAll(fleetId), topics.presenceOfAll(fleetId)], { qos: 1 });
    await start("worker", "presence published anew");
    const one = await device();
    const client = await connect(one.login);
    await client.publishAsync(topics.up(fleetId, one.id, "telemetry"), '{"temperature": 21.5}', { qos: 1 });
    await expect.poll(() => heard.get(topics.up(fleetId, one.id, "telemetry")), PATIENT).toBe('{"temperature": 21.5}');
    await expect.poll(() => JSON.parse(heard.get(topics.live(fleetId, "summary")) ?? "{}"), PATIENT).toMatchObject({ devices: expect.any(Number) });
    expect(liveSummarySchema.safeParse(JSON.parse(heard.get(topics.live(fleetId, "summary")) ?? "")).success).toBe(true);
    const told = [...heard].find(([topic]) => topic.endsWith("/presence"))?.[1] ?? "";
    expect(presenceMessageSchema.safeParse(JSON.parse(told)).success).toBe(true);

    const other = await makeFleet(database);
    const closed = (who: MqttClient) => vi.waitFor(() => expect(who.connected).toBe(false), PATIENT);
    const curious = await tabOf();
    curious.subscribeAsync(topics.telemetryOfAll(other.id), { qos: 1 }).catch(() => {});
    await closed(curious);
    const talker = await tabOf();
    talker.publishAsync(topics.live(fleetId, "summary"), "{}", { qos: 1 }).catch(() => {});
    await closed(talker);
    const { url, username, token } = await grantConsoleToken(context({ actor }), {});
    const stranger = connectMqtt(url, { protocolVersion: 4, username, clientId: "another", password: token, reconnectPeriod: 0 });
    stranger.on("error", () => {});
    clients.push(stranger);
    const outcome = new Promise((resolve) => {
      for (const event of ["connect", "close"] as const) stranger.once(event, () => resolve(event));
    });
    expect(await outcome).toBe("close");
  });
});

/** Past our hooks: RabbitMQ's own administrator may publish anything. */
async function publishAsOperator({ management: { url, user, password } }: RabbitmqNode, routingKey: string): Promise<void> {
  const answer = await fetch(`${url}/api/exchanges/%2f/amq.topic/publish`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` },
    body: JSON.stringify({ routing_key: routingKey, payload: '{"temperature": 1}', payload_encoding: "string", properties: {} }),
  });
  expect(await answer.json()).toEqual({ routed: true });
}
