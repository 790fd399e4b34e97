import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import mqtt, { type MqttClient } from "mqtt";
import { type Clock, systemClock } from "@/lib/base/clock";
import { readEnv } from "@/lib/base/env";
import { newId } from "@/lib/base/ids";
import { createLog, type Logger } from "@/lib/base/log";
import type { EncryptionPolicy } from "@/lib/domain/encryption/policy";
import type { Context } from "@/lib/server/context";
import { openSecrets } from "@/lib/server/secrets";
import { grantDeviceToken } from "@/lib/server/tokens/index";
import { writeToken } from "@/lib/server/tokens/mint-token";
import { ensureSigningKey } from "@/lib/server/tokens/signing-keys";
import { type ProductBroker, startProductBroker } from "@/services/broker/product-broker";
import { startWorker } from "@/services/worker/start-worker";
import { makeContext } from "./context";
import type { TestDatabase } from "./database";
import { makeDevice, makeFleet, makeProfile } from "./factories";
import { freePorts } from "./free-ports";

export interface EncryptionStage {
  db: TestDatabase;
  dataDir: string;
  port: number;
  fleetId: string;
  /** An admin of the fleet. */
  context: Context;
  device(encryption: EncryptionPolicy): Promise<{ id: string; fleetId: string; token: string; profileId: string }>;
  /** Somebody who may read everything that goes through the broker, and send anything. */
  eavesdropper(): Promise<{ client: MqttClient; heard: { topic: string; payload: Buffer }[] }>;
  /** What a broker or worker of its own is started with. */
  processEnv: Record<string, string>;
  startBroker(): Promise<void>;
  stopBroker(): Promise<void>;
  close(): Promise<void>;
}

interface StageOptions {
  clock?: Clock;
  worker?: boolean;
  /** Default: nothing is written down. */
  log?: Logger;
  /** Default: a fresh one of the test run. */
  db?: TestDatabase;
}

/** The product's own broker and worker in this process, with one key-encryption key for all of it. `worker: false`: the caller starts one of its own. */
export async function encryptionStage({
  clock = systemClock,
  worker: hasWorker = true,
  db: given,
  log = createLog("test", "silent"),
}: StageOptions = {}): Promise<EncryptionStage> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-encryption-"));
  const secrets = openSecrets(dataDir);
  // Imported only here: it knows the test runner, and a bench has none.
  const db = given ?? (await (await import("./database")).testDatabase());
  const { database } = db;
  const signer = await ensureSigningKey(database, secrets);
  const [port = 0, ws = 0, tls = 0] = await freePorts(3);
  const env = { ...readEnv({}), DATA_DIR: dataDir, DATABASE_URL: db.url, MQTT_PORT: port, MQTT_WS_PORT: ws, MQTTS_PORT: tls };
  const openBroker = async () => {
    const broker = await startProductBroker({ env, url: db.url, clock, log, secrets, tls: null });
    await broker.ready;
    return broker;
  };
  let broker: ProductBroker | undefined = await openBroker();
  const worker = hasWorker ? await startWorker({ env, log, clock }) : undefined;
  const { id: fleetId } = await makeFleet(database);
  const context = { ...makeContext(database, { fleetId, clock }), secrets };
  const clients: MqttClient[] = [];
  return {
    db,
    dataDir,
    port,
    fleetId,
    context,
    processEnv: { DATA_DIR: dataDir, DATABASE_URL: db.url, MQTT_PORT: String(port), MQTT_WS_PORT: String(ws), MQTTS_PORT: String(tls), LOG_LEVEL: "info" },
    async device(encryption) {
      const profile = await makeProfile(database, fleetId);
      await database.prisma.profile.update({ where: { id: profile.id }, data: { encryption } });
      const { id } = await makeDevice(database, fleetId, { profileId: profile.id });
      const { token } = await grantDeviceToken(context, { deviceId: id });
      return { id, fleetId, token, profileId: profile.id };
    },
    async eavesdropper() {
      const iat = Math.floor(Date.now() / 1000);
      const sub = newId("service");
      const acl = (["subscribe", "publish"] as const).map((action) => ({ permission: "allow" as const, action, topic: "#" }));
      const token = writeToken(
        { iss: "sallyport", aud: "sallyport-mqtt", sub, jti: newId("accessToken"), iat, exp: iat + 3_600, kind: "service", acl },
        signer,
      );
      const client = await mqtt.connectAsync({ protocol: "mqtt", host: "127.0.0.1", port, protocolVersion: 4, username: sub, password: token, clientId: "" });
      clients.push(client);
      const heard: { topic: string; payload: Buffer }[] = [];
      client.on("message", (topic, payload) => void heard.push({ topic, payload }));
      await client.subscribeAsync("#", { qos: 1 });
      return { client, heard };
    },
    async startBroker() {
      broker = await openBroker();
    },
    async stopBroker() {
      await broker?.stop();
      broker = undefined;
    },
    async close() {
      for (const client of clients) client.end(true);
      await worker?.stop();
      await broker?.stop();
      await db.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
