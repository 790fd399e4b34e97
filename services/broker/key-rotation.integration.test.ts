import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import { listRefusals } from "@/lib/server/refusals";
import { ensureSigningKey, grantDeviceToken } from "@/lib/server/tokens";
import { getReceipt } from "@/lib/server/tokens/revocations/get-receipt";
import { revocationSettler } from "@/lib/server/tokens/revocations/settle-revocations";
import { previewRetirement } from "@/lib/server/tokens/rotation/preview-retirement";
import { retireSigningKey } from "@/lib/server/tokens/rotation/retire-signing-key";
import { rotateSigningKey } from "@/lib/server/tokens/rotation/rotate-signing-key";
import { type BrokerFleet, brokerFleet, type Login, openMqtt } from "@/lib/testing/broker-fleet";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { freePorts } from "@/lib/testing/free-ports";
import type { RawMqtt } from "@/lib/testing/raw-mqtt";
import { type RealProcess, startProcess } from "@/lib/testing/real-process";
import { testSecrets, writeTestSecrets } from "@/lib/testing/secrets";

// Two brokers as processes of their own; this process rotates, and grants.
let db: TestDatabase;
let fleet: BrokerFleet;
let first: string;
const brokers: (RealProcess & { port: number })[] = [];
const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-key-rotation-"));

beforeAll(async () => {
  writeTestSecrets(dataDir);
  db = await testDatabase();
  fleet = await brokerFleet(db.database);
  first = (await ensureSigningKey(db.database, testSecrets())).kid;
  await Promise.all(["a", "b"].map(startNamed));
}, 90_000);
afterAll(async () => {
  await Promise.all(brokers.map((broker) => broker.kill()));
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function startNamed(node: string): Promise<void> {
  const [port = 0, tls = 0, ws = 0] = await freePorts(3);
  const env = {
    MQTT_PORT: String(port),
    MQTTS_PORT: String(tls),
    MQTT_WS_PORT: String(ws),
    BROKER_NODE: node,
    DATABASE_URL: db.url,
    LOG_LEVEL: "info",
    DATA_DIR: dataDir,
  };
  const started = await startProcess(process.execPath, ["--import", "tsx", path.join(import.meta.dirname, "main.ts")], {
    env,
    ready: (output) => output.includes("broker is ready"),
    limitMs: 60_000,
  });
  brokers.push({ ...started, port });
}

const everywhere = (login: Login) => Promise.all(brokers.map(({ port }) => openMqtt(port, login)));
const openSessions = () => db.database.prisma.session.count({ where: { disconnectedAt: null } });

async function stillServes(wire: RawMqtt, { username }: Login): Promise<void> {
  const messageId = 1 + Math.floor(Math.random() * 60_000);
  wire.send({ cmd: "publish", topic: `sp/v1/${fleet.id}/${username}/up/telemetry`, payload: '{"t":1}', qos: 1, messageId, dup: false, retain: false });
  await wire.next((packet) => packet.cmd === "puback" && packet.messageId === messageId);
}

test("sessions live through a rotation, a new token works everywhere at once, and retiring the old key cuts and refuses", async () => {
  const device = await fleet.device();
  const unknown = await fleet.device();
  const kept = await everywhere(device);
  // Of a token that we have no record of, as after restoring a backup.
  const jti = newId("accessToken");
  const unrecorded: Login = { ...unknown, token: await fleet.sign({ jti, sub: unknown.username, acl: [] }) };
  const [port = 0] = brokers.map((broker) => broker.port);
  const lost = await openMqtt(port, unrecorded);

  const { kid: second } = await rotateSigningKey(fleet.context, { now: true });
  const renewed = await grantDeviceToken(fleet.context, { deviceId: unknown.username });
  expect(await db.database.prisma.accessToken.findUnique({ where: { id: renewed.tokenId }, select: { kid: true } })).toEqual({ kid: second });
  const fresh = await everywhere({ ...unknown, token: renewed.token });
  // That took the place of the other session of this device at one broker.
  await lost.closed;
  const lostAgain = await openMqtt(brokers[1]?.port ?? 0, unrecorded);
  await fresh[1]?.closed;
  for (const wire of kept) await stillServes(wire, device);
  if (fresh[0]) await stillServes(fresh[0], unknown);
  // Its holder connects again with the old key's token, as if nothing had been.
  for (const wire of kept) wire.end();
  const again = await everywhere(device);
  await expect.poll(openSessions).toBe(4);

  const preview = await previewRetirement(fleet.context, { kid: first });
  expect(preview).toMatchObject({
    tokens: 2,
    sessions: [
      { broker: "a", sessions: 1 },
      { broker: "b", sessions: 1 },
    ],
    devicesLeftWithout: 1,
  });
  const { revocations } = await retireSigningKey(fleet.context, { kid: first, expectedTokens: 2, reason: "rotated" });
  await Promise.all([...again, lostAgain].map((wire) => wire.closed));
  // Not by its keep-alive.
  const ends = async () =>
    db.database.prisma.session.findMany({ where: { tokenId: jti }, orderBy: { connectedAt: "asc" }, select: { disconnectReason: true } });
  await expect.poll(ends).toEqual([{ disconnectReason: "DUPLICATE_CLIENTID" }, { disconnectReason: "TOKEN_REVOKED" }]);
  expect(fresh[0]?.socket.destroyed).toBe(false);
  if (fresh[0]) await stillServes(fresh[0], unknown);
  for (const login of [device, unrecorded]) for (const broker of brokers) await expect(openMqtt(broker.port, login)).rejects.toThrow("refused with 4");
  await openMqtt(brokers[1]?.port ?? 0, { ...unknown, token: renewed.token });

  const clock = { now: () => new Date(Date.now() + 2_000) };
  const settle = revocationSettler({ database: db.database, secrets: testSecrets(), log: createLog("test", "silent"), clock, lookedAt: () => undefined });
  const revocationId = revocations[0]?.revocationId ?? "";
  await expect.poll(settle).toContain(revocationId);
  const { receipt } = await getReceipt(fleet.context, { revocationId });
  expect(receipt).toMatchObject({ selector: { kid: first }, summary: { sessions: 2, cut: 2 } });
  expect(receipt.sessions.map(({ broker }) => broker).toSorted()).toEqual(["a", "b"]);
  // Brokers that had let it in know whose it was: the refusal is told of the device itself.
  const refused = async () => (await listRefusals(fleet.context, {})).items.map(({ reason, tokenId }) => [reason, tokenId]);
  await expect.poll(refused).toContainEqual(["retired_key", device.tokenId]);
}, 120_000);
