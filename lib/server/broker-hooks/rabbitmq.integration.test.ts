import { randomBytes } from "node:crypto";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { systemClock } from "@/lib/base/clock";
import { createLog } from "@/lib/base/log";
import { suiteFor } from "@/lib/domain/tokens/decision-suite";
import { deviceScopes, type Scope } from "@/lib/protocol/access";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { type GrantedToken, grantedToken } from "@/lib/testing/granted-token";
import { type HookServer, startHookServer } from "@/lib/testing/hook-server";
import { openWire } from "@/lib/testing/mqtt-wire";
import { type RabbitmqNode, rabbitmqInstalled, startRabbitmq } from "@/lib/testing/rabbitmq-node";
import { runDecisionSuite } from "@/lib/testing/run-decision-suite";
import { revokeToken } from "../tokens/revoke-token";
import { cutLogins } from "./cut-logins";
import type { HookRuntime } from "./hook-route";
import { rabbitmqSessions } from "./session-drivers";

const secret = randomBytes(24).toString("base64url");
const everything: Scope[] = [{ permission: "allow", action: "all", topic: "#" }];

// Debian's rabbitmq-server; `npm test` installs it where that is permitted.
describe.skipIf(!rabbitmqInstalled)("RabbitMQ behind our hooks", () => {
  let store: TestDatabase;
  let hooks: HookServer;
  let rabbit: RabbitmqNode;
  let runtime: HookRuntime;
  let broken = false;
  const clients: MqttClient[] = [];

  beforeAll(async () => {
    store = await testDatabase();
    const env = { BROKER_HOOK_SECRET: secret, RABBITMQ_VHOST: "/", DATABASE_URL: store.url };
    runtime = { env, database: store.database, clock: systemClock, log: createLog("hooks", "silent") };
    hooks = await startHookServer(() => {
      if (broken) throw new Error("the web process is not itself");
      return runtime;
    });
    rabbit = await startRabbitmq({ hooks: { port: hooks.port, secret } });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end(true);
    broken = false;
    await hooks.resume();
  });
  afterAll(async () => {
    await rabbit?.stop();
    await hooks?.close();
    await store?.close();
  });

  const login = async (scopes: readonly Scope[], ttlSeconds?: number) => ({
    port: rabbit.mqttPort,
    ...(await grantedToken(store.database, { scopes, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) })),
  });
  /** As a device does: mqtt.js, MQTT 3.1.1, no reconnection. */
  const connect = async ({ username, clientId, password }: GrantedToken) => {
    const client = await connectAsync({ host: "127.0.0.1", port: rabbit.mqttPort, protocolVersion: 4, username, clientId, password, reconnectPeriod: 0 });
    clients.push(client);
    return client;
  };
  const whenClosed = (client: MqttClient) => vi.waitFor(() => expect(client.connected).toBe(false), { timeout: 10_000, interval: 10 });
  /** MQTT 3.1.1 section 3.2.2.3: bad user name or password. */
  const REFUSED = { refused: 4 };

  test("keeps the decision suite", async () => {
    const grants = suiteFor("rabbitmq");
    const run = await runDecisionSuite({ grants, control: await login(everything), provision: ({ scopes }) => login(scopes) });
    expect(run.differences).toEqual([]);
    expect(run.ran).toBe(grants.flatMap(({ decisions }) => decisions).length);
  });

  test("a device with the default grant talks, and hears only its own", async () => {
    const fleet = await makeFleet(store.database);
    const device = await makeDevice(store.database, fleet.id);
    const token = await grantedToken(store.database, { scopes: deviceScopes(fleet.id, device.id), device });
    const platform = await connect(await login(everything));
    const client = await connect(token);
    const heard: string[] = [];
    client.on("message", (topic) => heard.push(topic));
    const arrived: string[] = [];
    platform.on("message", (topic) => arrived.push(topic));
    await platform.subscribeAsync(`sp/v1/${fleet.id}/+/up/#`, { qos: 1 });
    await client.subscribeAsync(`sp/v1/${fleet.id}/${device.id}/down/#`, { qos: 1 });
    await client.publishAsync(`sp/v1/${fleet.id}/${device.id}/up/telemetry`, "{}", { qos: 1 });
    await platform.publishAsync(`sp/v1/${fleet.id}/another/down/state`, "{}", { qos: 1 });
    await platform.publishAsync(`sp/v1/${fleet.id}/${device.id}/down/state`, "{}", { qos: 1 });
    await expect
      .poll(() => [arrived, heard], { timeout: 10_000 })
      .toEqual([[`sp/v1/${fleet.id}/${device.id}/up/telemetry`], [`sp/v1/${fleet.id}/${device.id}/down/state`]]);
    const row = await store.database.prisma.accessToken.findUniqueOrThrow({ where: { id: token.tokenId } });
    expect(row.lastUsedAt).not.toBeNull();
  });

  test("refuses who is not the token's own", async () => {
    const mine = await login(everything);
    const other = await login(everything);
    expect(await openWire({ ...mine, clientId: other.clientId })).toEqual(REFUSED);
    expect(await openWire({ ...mine, clientId: "" })).toEqual(REFUSED);
    expect(await openWire({ ...mine, username: other.username })).toEqual(REFUSED);
    expect(await openWire({ ...mine, username: `other:${mine.username}` })).toEqual(REFUSED);
    expect(await openWire({ ...mine, password: "" })).toEqual(REFUSED);
    expect(await openWire({ ...mine, password: `${mine.password}=` })).toEqual(REFUSED);
    expect(await openWire({ ...mine, username: rabbit.management.user, password: "wrong" })).toEqual(REFUSED);
  });

  test("refuses an expired token, and one with a deny that AMQP cannot keep", async () => {
    expect(await openWire(await login(everything, -61))).toEqual(REFUSED);
    expect(await openWire(await login([...everything, { permission: "deny", action: "all", topic: "a/b.c" }]))).toEqual(REFUSED);
  });

  test("a will on a forbidden topic is not published", async () => {
    const platform = await connect(await login(everything));
    const arrived: string[] = [];
    platform.on("message", (topic) => arrived.push(topic));
    await platform.subscribeAsync("will/#", { qos: 1 });
    const forbidden = await openWire({
      ...(await login([{ permission: "allow", action: "publish", topic: "will/own" }])),
      will: { topic: "will/other", payload: "", qos: 1, retain: false },
    });
    const allowed = await openWire({
      ...(await login([{ permission: "allow", action: "publish", topic: "will/own" }])),
      will: { topic: "will/own", payload: "", qos: 1, retain: false },
    });
    for (const wire of [forbidden, allowed]) {
      if ("refused" in wire) throw new Error("not connected");
      await wire.vanish();
    }
    await expect.poll(() => arrived, { timeout: 10_000 }).toEqual(["will/own"]);
    await vi.waitFor(() => expect(rabbit.output()).toMatch(/Could not send last will/));
  });

  test("a revoked token: the next question is refused, and so is every new connection", async () => {
    const fleet = await makeFleet(store.database);
    const device = await makeDevice(store.database, fleet.id);
    const token = await grantedToken(store.database, { scopes: deviceScopes(fleet.id, device.id), device });
    const client = await connect(token);
    await client.publishAsync(`sp/v1/${fleet.id}/${device.id}/up/telemetry`, "{}", { qos: 1 });
    await revokeToken(makeContext(store.database, { fleetId: fleet.id }), { tokenId: token.tokenId });
    // A topic that this connection was not yet allowed: RabbitMQ remembers its last answers for the life of a connection.
    client.publishAsync(`sp/v1/${fleet.id}/${device.id}/up/posture`, "{}", { qos: 1 }).catch(() => {});
    await whenClosed(client);
    expect(await openWire({ port: rabbit.mqttPort, ...token })).toEqual(REFUSED);
  });

  const management = () => {
    const { url, user, password } = rabbit.management;
    return rabbitmqSessions([url.replace("http://", `http://${user}:${encodeURIComponent(password)}@`)]);
  };
  const loginsOf = (subject: string) => store.database.prisma.brokerLogin.count({ where: { subject } });

  test("a revoked token's sessions are cut through the management API, and only they", async () => {
    const fleet = await makeFleet(store.database);
    const [device, other] = [await makeDevice(store.database, fleet.id), await makeDevice(store.database, fleet.id)];
    const tokens = [device, other].map((one) => grantedToken(store.database, { scopes: deviceScopes(fleet.id, one.id), device: one }));
    const [token, untouched] = await Promise.all(tokens);
    if (!token || !untouched) throw new Error("no tokens");
    const client = await connect(token);
    const bystander = await connect(untouched);
    const ctx = { database: store.database, clock: systemClock, log: createLog("worker", "silent") };
    expect(await cutLogins(ctx, management())).toEqual([]);
    await revokeToken(makeContext(store.database, { fleetId: fleet.id }), { tokenId: token.tokenId });
    expect(await cutLogins(ctx, management())).toEqual([{ broker: "rabbitmq", subject: device.id, clientId: device.id }]);
    await whenClosed(client);
    expect(bystander.connected).toBe(true);
    // Nothing is left to cut; the login is forgotten once no CONNECT can be on its way any more.
    const later = { ...ctx, clock: { now: () => new Date(Date.now() + 11_000) } };
    expect(await cutLogins(ctx, management())).toEqual([]);
    expect(await loginsOf(device.id)).toBe(1);
    expect(await cutLogins(later, management())).toEqual([]);
    expect([await loginsOf(device.id), await loginsOf(other.id)]).toEqual([0, 1]);
  });

  test("a session is cut at the end of its token", async () => {
    const token = await login(everything, 120);
    const client = await connect(token);
    const ctx = { database: store.database, log: createLog("worker", "silent") };
    const at = (seconds: number) => ({ ...ctx, clock: { now: () => new Date(Date.now() + seconds * 1000) } });
    const cut = async (seconds: number) => (await cutLogins(at(seconds), management())).map(({ subject }) => subject);
    expect(await cut(60)).not.toContain(token.username);
    expect(client.connected).toBe(true);
    expect(await cut(121)).toContain(token.username);
    await whenClosed(client);
  });

  const failing = async (yes: boolean) => {
    broken = yes;
  };
  test.each([
    ["is away", () => hooks.pause(), () => hooks.resume()],
    ["fails", () => failing(true), () => failing(false)],
  ])("while the web process %s nobody gets in and nobody gets more", async (_, breakIt, mendIt) => {
    const token = await login([{ permission: "allow", action: "all", topic: "open/#" }]);
    const client = await connect(token);
    await client.publishAsync("open/a", "", { qos: 1 });
    await breakIt();
    expect(await openWire(await login(everything))).toEqual(REFUSED);
    client.publishAsync("open/b", "", { qos: 1 }).catch(() => {});
    await whenClosed(client);
    await mendIt();
    const again = await connect(token);
    await again.publishAsync("open/b", "", { qos: 1 });
  });

  test("RabbitMQ's own administrator is not our business", async () => {
    const { url, user, password } = rabbit.management;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const own = await fetch(`${url}/api/overview`, { headers: { authorization } });
    expect(own.status).toBe(200);
    const token = await login(everything);
    const byToken = await fetch(`${url}/api/overview`, {
      headers: { authorization: `Basic ${Buffer.from(`${token.username}:${token.password}`).toString("base64")}` },
    });
    expect(byToken.status).toBe(401);
  });
});
