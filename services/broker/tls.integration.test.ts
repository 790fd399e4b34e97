import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect as tlsConnect } from "node:tls";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { topics } from "@/lib/protocol/topics";
import { type BrokerFleet, brokerFleet } from "@/lib/testing/broker-fleet";
import { brokerSettings } from "@/lib/testing/broker-settings";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { ensureTlsFiles } from "../supervisor/tls-certificate";
import { type ProductBroker, startProductBroker } from "./product-broker";

let db: TestDatabase;
let broker: ProductBroker;
let fleet: BrokerFleet;
let folder: string;
let authority: Buffer;
beforeAll(async () => {
  db = await testDatabase();
  fleet = await brokerFleet(db.database);
  folder = mkdtempSync(path.join(tmpdir(), "sallyport-tls-"));
  const settings = brokerSettings(db.url, { DATA_DIR: folder });
  broker = await startProductBroker({ ...settings, tls: await ensureTlsFiles(settings.env, new Date()) });
  authority = readFileSync(path.join(folder, "tls/ca.crt"));
  await broker.ready;
});
afterAll(async () => {
  await broker?.stop();
  await db?.close();
  rmSync(folder, { recursive: true, force: true });
});
const port = () => broker.ports.tls ?? 0;

test("a device connects by TLS, and its session says so", async () => {
  const { username, token, clientId } = await fleet.device();
  const client = await connectAsync(`mqtts://127.0.0.1:${port()}`, {
    username,
    password: token,
    clientId,
    ca: authority,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  await client.publishAsync(topics.up(fleet.id, username, "telemetry"), '{"t":1}', { qos: 1 });
  await client.endAsync();
  const transport = async () => (await db.database.pool.query("select transport from session where device_id = $1", [username])).rows;
  await expect.poll(transport).toEqual([{ transport: "tls" }]);
});

test("TLS older than 1.2, plain text and an unknown authority get nowhere", async () => {
  const handshake = (options: object) =>
    new Promise<string>((resolve) => {
      const socket = tlsConnect({ port: port(), host: "127.0.0.1", ca: authority, ...options }, () => {
        resolve(String(socket.getProtocol()));
        socket.destroy();
      });
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
    });
  expect(await handshake({})).toBe("TLSv1.3");
  expect(await handshake({ maxVersion: "TLSv1.2" })).toBe("TLSv1.2");
  expect(await handshake({ minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" })).not.toMatch(/^TLS/);
  expect(await handshake({ ca: undefined })).not.toMatch(/^TLS/);
  const plain = net.connect(port(), "127.0.0.1", () => plain.write(Buffer.from("\x10\x10\0\x04MQTT\x04\x02\0\x3c\0\x04test", "latin1")));
  plain.on("error", () => {});
  await new Promise<void>((resolve) => plain.on("close", () => resolve()));
});
