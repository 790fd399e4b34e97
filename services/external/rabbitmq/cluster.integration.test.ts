import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { systemClock } from "@/lib/base/clock";
import { createLog } from "@/lib/base/log";
import { suiteFor } from "@/lib/domain/tokens/decision-suite";
import { deviceScopes, type Scope } from "@/lib/protocol/access";
import { topics } from "@/lib/protocol/topics";
import { cutLogins } from "@/lib/server/broker-hooks/cut-logins";
import { rabbitmqSessions } from "@/lib/server/broker-hooks/session-drivers";
import { revokeToken } from "@/lib/server/tokens/revoke-token";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { type GrantedToken, grantedToken } from "@/lib/testing/granted-token";
import { type HookServer, startHookServer } from "@/lib/testing/hook-server";
import { openWire } from "@/lib/testing/mqtt-wire";
import { amqpUrls, managementUrls, nodeOf, rabbitmqInstalled, startRabbitmqCluster } from "@/lib/testing/rabbitmq-node";
import { runDecisionSuite } from "@/lib/testing/run-decision-suite";
import { testSecrets } from "@/lib/testing/secrets";
import { storedReadings } from "@/lib/testing/stored-readings";
import { startIngest } from "@/services/ingest/start-ingest";
import type { Cluster } from "./cluster";

const secret = randomBytes(24).toString("base64url");
const everything: Scope[] = [{ permission: "allow", action: "all", topic: "#" }];
const PATIENT = { timeout: 60_000, interval: 50 };
const quiet = { clock: systemClock, log: createLog("ingest", "silent"), secrets: testSecrets() };
/** MQTT 3.1.1 section 3.2.2.3: bad user name or password. */
const REFUSED = { refused: 4 };

// Debian's rabbitmq-server; `npm test` installs it where that is permitted. Started once: three nodes are heavy.
describe.skipIf(!rabbitmqInstalled)("a cluster of three RabbitMQ nodes behind our hooks", () => {
  let store: TestDatabase;
  let hooks: HookServer;
  let cluster: Cluster;
  const clients: MqttClient[] = [];

  beforeAll(async () => {
    store = await testDatabase();
    const env = { BROKER_HOOK_SECRET: secret, RABBITMQ_VHOST: "/", DATABASE_URL: store.url };
    hooks = await startHookServer(() => ({ env, database: store.database, clock: systemClock, log: createLog("hooks", "silent") }));
    cluster = await startRabbitmqCluster({ hooks: { port: hooks.port, secret }, nodes: 3 });
  }, 300_000);
  afterEach(() => {
    for (const client of clients.splice(0)) client.end(true);
  });
  afterAll(async () => {
    await cluster?.stop();
    await hooks?.close();
    await store?.close();
  }, 60_000);

  const port = (node: number) => nodeOf(cluster, node).ports.mqtt;
  const grant = (scopes: readonly Scope[], ttlSeconds = 600) => grantedToken(store.database, { scopes, ttlSeconds });
  const grantedDevice = async () => {
    const fleet = await makeFleet(store.database);
    const device = await makeDevice(store.database, fleet.id);
    return { fleet, device, token: await grantedToken(store.database, { scopes: deviceScopes(fleet.id, device.id), device }) };
  };
  /** As a device does: it knows all nodes, the one to begin with first, and goes to the next when one is away. */
  const connect = async ({ username, clientId, password }: GrantedToken, first: number, options: IClientOptions = {}) => {
    const servers = [0, 1, 2].map((step) => ({ host: "127.0.0.1", port: port((first + step) % 3), protocol: "mqtt" as const }));
    const client = await connectAsync({ servers, protocolVersion: 4, username, clientId, password, reconnectPeriod: 0, ...options });
    client.on("error", () => {});
    clients.push(client);
    return client;
  };
  const tryEverywhere = (token: GrantedToken, nodes = [0, 1, 2]) => Promise.all(nodes.map((node) => openWire({ port: port(node), ...token })));
  const context = (seconds = 0) => ({
    database: store.database,
    log: createLog("worker", "silent"),
    clock: { now: () => new Date(Date.now() + seconds * 1000) },
  });
  const sessionsBy = (...nodes: number[]) => rabbitmqSessions(nodes.map((node) => managementUrls(cluster)[node] ?? ""));
  const managed = async (node: number, path: string) => {
    const { name, password } = cluster.users.operator;
    const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
    return (await fetch(`http://127.0.0.1:${nodeOf(cluster, node).ports.management}${path}`, { headers: { authorization } })).json();
  };
  const whenClosed = (client: MqttClient) => vi.waitFor(() => expect(client.connected).toBe(false), PATIENT);

  test("all three are one cluster, and nothing of it listens outside loopback", async () => {
    const { nodes, epmd } = cluster;
    const listed: { name: string; running: boolean }[] = await managed(2, "/api/nodes");
    expect(listed.filter(({ running }) => running).map(({ name }) => name)).toEqual(nodes.map(({ name }) => name));
    const listening = [epmd.pid, ...nodes.map((node) => node.pid() ?? 0)].flatMap(listeningAddresses);
    expect(listening.length).toBeGreaterThanOrEqual(16);
    expect(listening.filter((address) => !LOOPBACK.test(address))).toEqual([]);
  });

  test("keeps the decision suite, whichever nodes the two sides are at", { timeout: 180_000 }, async () => {
    // A part of each grant's decisions: all of them are asked of one node, in lib/server/broker-hooks.
    const grants = suiteFor("rabbitmq").map((grant) => ({ ...grant, decisions: grant.decisions.filter((_, index) => index % 3 === 0) }));
    let turn = 0;
    const provision = async ({ scopes }: { scopes: readonly Scope[] }) => ({ port: port(turn++ % 3), ...(await grant(scopes)) });
    const run = await runDecisionSuite({ grants, provision, control: { port: port(2), ...(await grant(everything)) } });
    expect(run.differences).toEqual([]);
    expect(run.ran).toBe(grants.flatMap(({ decisions }) => decisions).length);
  });

  test("a device at the first node is heard at the third, and hears it", async () => {
    const { fleet, device, token } = await grantedDevice();
    const platform = await connect(await grant(everything), 2);
    const client = await connect(token, 0);
    const heard: string[] = [];
    for (const one of [platform, client]) one.on("message", (topic) => heard.push(topic));
    await platform.subscribeAsync(`sp/v1/${fleet.id}/+/up/#`, { qos: 1 });
    await client.subscribeAsync(topics.downAll(fleet.id, device.id), { qos: 1 });
    const [up, down] = [topics.up(fleet.id, device.id, "telemetry"), `sp/v1/${fleet.id}/${device.id}/down/state`];
    await client.publishAsync(up, "{}", { qos: 1 });
    await platform.publishAsync(`sp/v1/${fleet.id}/another/down/state`, "{}", { qos: 1 });
    await platform.publishAsync(down, "{}", { qos: 1 });
    await expect.poll(() => heard.toSorted(), PATIENT).toEqual([down, up].toSorted());
  });

  test("a revoked token's session is cut through another node, and no node takes the token again", async () => {
    const { fleet, token } = await grantedDevice();
    const bystander = await connect(await grant(everything), 0);
    const client = await connect(token, 0);
    await revokeToken(makeContext(store.database, { fleetId: fleet.id }), { tokenId: token.tokenId });
    expect(await tryEverywhere(token)).toEqual([REFUSED, REFUSED, REFUSED]);
    expect(await cutLogins(context(), sessionsBy(2))).toEqual([{ broker: "rabbitmq", subject: token.username, clientId: token.clientId }]);
    await whenClosed(client);
    expect(bystander.connected).toBe(true);
  });

  test("a session ends with its token, and an expired one is refused at every node", async () => {
    const token = await grant(everything, 120);
    const client = await connect(token, 1);
    const cut = async (seconds: number) => (await cutLogins(context(seconds), sessionsBy(0))).map(({ subject }) => subject);
    expect(await cut(60)).not.toContain(token.username);
    expect(await cut(121)).toContain(token.username);
    await whenClosed(client);
    expect(await tryEverywhere(await grant(everything, -61))).toEqual([REFUSED, REFUSED, REFUSED]);
  });

  test("a node is lost and comes back: nothing acknowledged is lost, who holds a token goes elsewhere, who was revoked stays out", {
    timeout: 240_000,
  }, async () => {
    const victim = nodeOf(cluster, 1);
    const { fleet, device, token } = await grantedDevice();
    const [gone, cut] = [await grantedDevice(), await grantedDevice()];
    const again = { reconnectPeriod: 200, reconnectOnConnackError: true };
    // Its session outlives its connection and, replicated, its node; the queue's leader is where it was opened.
    const platform = await connect(await grant(everything), 1, { ...again, clean: false });
    const received = new Set<number>();
    platform.on("message", (_, payload) => received.add(JSON.parse(payload.toString("utf8")).count));
    const ingest = startIngest({
      env: { RABBITMQ_AMQP_URL: [1, 0, 2].map((node) => amqpUrls(cluster)[node] ?? ""), RABBITMQ_MANAGEMENT_URL: [] },
      url: store.url,
      ...quiet,
    });
    await vi.waitFor(async () => expect((await managed(0, "/api/queues/%2f/sallyport.ingest")).members).toHaveLength(3), PATIENT);
    await platform.subscribeAsync(`sp/v1/${fleet.id}/+/up/telemetry`, { qos: 1 });
    const publisher = await connect(token, 1, again);
    const revoked = await connect(gone.token, 1, again);
    const elsewhere = await connect(cut.token, 0);

    const acknowledged: number[] = [];
    const begin = Date.now();
    let enough = false;
    const publishing = (async () => {
      for (let number = 1; !enough; number++) {
        const message = { seq: number, time: (begin + number) / 1000, count: number };
        await publisher.publishAsync(topics.up(fleet.id, device.id, "telemetry"), JSON.stringify(message), { qos: 1 });
        acknowledged.push(number);
      }
    })();
    const atLeast = (count: number) => vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(count), PATIENT);
    await atLeast(50);
    await revokeToken(makeContext(store.database, { fleetId: gone.fleet.id }), { tokenId: gone.token.tokenId });
    await victim.kill();
    await atLeast(acknowledged.length + 100);
    expect(revoked.connected).toBe(false);
    expect(await tryEverywhere(gone.token, [0, 2])).toEqual([REFUSED, REFUSED]);
    await revokeToken(makeContext(store.database, { fleetId: cut.fleet.id }), { tokenId: cut.token.tokenId });
    // The management API of the lost node is passed over.
    expect((await cutLogins(context(), sessionsBy(1, 2))).map(({ subject }) => subject)).toContain(cut.device.id);
    await whenClosed(elsewhere);

    await victim.start();
    await atLeast(acknowledged.length + 50);
    expect(await tryEverywhere(gone.token, [1])).toEqual([REFUSED]);
    const returned = await connect(await grant(everything), 1);
    await returned.publishAsync(topics.up(fleet.id, device.id, "telemetry"), '{"count": 0}', { qos: 1 });
    enough = true;
    await publishing;
    await vi.waitFor(() => expect([0, ...acknowledged].filter((number) => !received.has(number))).toEqual([]), PATIENT);
    const stored = async () => (await storedReadings(store.database)).map(({ value }) => value).toSorted((a, b) => a - b);
    await vi.waitFor(async () => expect(await stored()).toEqual(acknowledged), PATIENT);
    await ingest.stop();
  });

  test("nothing is left listening when it is stopped", { timeout: 60_000 }, async () => {
    const ports = [cluster.epmd.port, ...cluster.nodes.flatMap((node) => Object.values<number>({ ...node.ports }))];
    expect(await Promise.all(ports.map(isOpen))).not.toContain(false);
    await cluster.stop();
    expect(await Promise.all(ports.map(isOpen))).not.toContain(true);
  });
});

const LOOPBACK = /^(0100007F|00000000000000000000000001000000):/;

/** What a process listens on, as proc(5) writes addresses: /proc/net/tcp has the sockets, /proc/PID/fd says which are its own. */
function listeningAddresses(pid: number): string[] {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const rows = ["tcp", "tcp6"].flatMap((name) => readFileSync(`/proc/${pid}/net/${name}`, "utf8").trim().split("\n").slice(1));
  return rows.flatMap((row) => {
    const [, local = "", , state, , , , , , inode = ""] = row.trim().split(/\s+/);
    return state === "0A" && inodes.has(inode) ? [local] : [];
  });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
