import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import { getReceipt } from "@/lib/server/tokens/revocations/get-receipt";
import { getRevocation } from "@/lib/server/tokens/revocations/get-revocation";
import { revokeTokens } from "@/lib/server/tokens/revocations/revoke-tokens";
import { revocationSettler } from "@/lib/server/tokens/revocations/settle-revocations";
import { type BrokerFleet, brokerFleet, type Login, openMqtt } from "@/lib/testing/broker-fleet";
import { brokerSettings } from "@/lib/testing/broker-settings";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { freePorts } from "@/lib/testing/free-ports";
import { type RealProcess, startProcess } from "@/lib/testing/real-process";
import { testSecrets, writeTestSecrets } from "@/lib/testing/secrets";
import { startProductBroker } from "./product-broker";

// Brokers as processes of their own on one database; this process revokes.
interface NamedBroker extends RealProcess {
  port: number;
}
let db: TestDatabase;
let fleet: BrokerFleet;
const brokers: NamedBroker[] = [];
const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-brokers-"));

async function startNamed(node: string): Promise<NamedBroker> {
  const [port = 0, tls = 0, ws = 0] = await freePorts(3);
  const ports = { MQTT_PORT: String(port), MQTTS_PORT: String(tls), MQTT_WS_PORT: String(ws) };
  const env = { ...ports, BROKER_NODE: node, DATABASE_URL: db.url, LOG_LEVEL: "info", DATA_DIR: dataDir };
  const started = await startProcess(process.execPath, ["--import", "tsx", path.join(import.meta.dirname, "main.ts")], {
    env,
    ready: (output) => output.includes("broker is ready"),
    limitMs: 60_000,
  });
  const broker = { ...started, port };
  brokers.push(broker);
  return broker;
}

beforeAll(async () => {
  writeTestSecrets(dataDir);
  db = await testDatabase();
  fleet = await brokerFleet(db.database);
});
afterAll(async () => {
  await Promise.all(brokers.map((broker) => broker.kill()));
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const openSessions = (login: Login) => db.database.prisma.session.count({ where: { subject: login.username, disconnectedAt: null } });
const revoke = async (tokenId: string) => (await revokeTokens(fleet.context, { selector: { tokenId }, reason: "lost" })).revocationId;
async function receiptOf(revocationId: string) {
  const clock = { now: () => new Date(Date.now() + 2_000) };
  const settle = revocationSettler({ database: db.database, secrets: testSecrets(), log: createLog("test", "silent"), clock, lookedAt: () => undefined });
  await expect.poll(settle).toContain(revocationId);
  return (await getReceipt(fleet.context, { revocationId })).receipt;
}

test("two brokers cut at one revocation, and the receipt names both; one that is killed over it is told apart", async () => {
  const [a, b] = [await startNamed("a"), await startNamed("b")];
  const device = await fleet.device();
  const wires = [await openMqtt(a.port, device), await openMqtt(b.port, device)];
  await expect.poll(() => openSessions(device)).toBe(2);
  const revocationId = await revoke(device.tokenId);
  // At the answer both have recorded it.
  expect(await getRevocation(fleet.context, { revocationId })).toMatchObject({ sessions: 2, cut: 2, open: 0 });
  await Promise.all(wires.map((wire) => wire.closed));
  const receipt = await receiptOf(revocationId);
  expect(receipt.summary).toMatchObject({ sessions: 2, cut: 2 });
  expect(receipt.sessions.map(({ broker }) => broker).toSorted()).toEqual(["a", "b"]);
  for (const { port } of [a, b]) await expect(openMqtt(port, device)).rejects.toThrow("refused with 5");

  const other = await fleet.device();
  const [alive, doomed] = [await openMqtt(a.port, other), await openMqtt(b.port, other)];
  await expect.poll(() => openSessions(other)).toBe(2);
  // It does not hear of the revocation any more.
  process.kill(b.child.pid ?? 0, "SIGSTOP");
  const second = await revoke(other.tokenId);
  await b.kill();
  await Promise.all([alive.closed, doomed.closed]);
  expect((await getRevocation(fleet.context, { revocationId: second })).sessionList.map(({ broker, outcome }) => [broker, outcome])).toEqual([
    ["b", "open"],
    ["a", "cut"],
  ]);
  const again = await startNamed("b");
  await expect(openMqtt(again.port, other)).rejects.toThrow("refused with 5");
  const told = await receiptOf(second);
  expect(told.summary).toMatchObject({ sessions: 2, cut: 1, brokerRestarted: 1, notCut: 0 });
  expect(told.sessions.find(({ broker }) => broker === "b")).toMatchObject({ outcome: "broker_restarted", milliseconds: null });
}, 180_000);

test("a revocation that falls into a gap of the listener is caught by the reload", async () => {
  const broker = await startNamed("gap");
  const device = await fleet.device();
  const wire = await openMqtt(broker.port, device);
  const cutListeners = () =>
    db.database.pool.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen %'");
  await cutListeners();
  await revoke(device.tokenId);
  await wire.closed;
  await expect(openMqtt(broker.port, device)).rejects.toThrow("refused with 5");
  // The same with a cut-off: a token without a row.
  const iat = Math.floor(Date.now() / 1000) - 100;
  const unknown = { ...device, token: await fleet.sign({ sub: device.username, acl: [], iat, exp: iat + 3_600 }) };
  const second = await openMqtt(broker.port, unknown);
  await cutListeners();
  await revokeTokens(fleet.context, { selector: { subject: device.username }, reason: "restored backup" });
  await second.closed;
  await expect(openMqtt(broker.port, unknown)).rejects.toThrow("refused with 5");
}, 120_000);

test("a broker that starts while Postgres is down cannot tell, and says 3", async () => {
  const device = await fleet.device();
  const [nobody = 0] = await freePorts(1);
  const broker = await startProductBroker(brokerSettings(`postgresql://127.0.0.1:${nobody}/nothing`));
  await expect(openMqtt(broker.ports.tcp, device)).rejects.toThrow("refused with 3");
  await broker.stop();
});
