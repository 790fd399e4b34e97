import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect as tlsConnect } from "node:tls";
import { connect, connectAsync } from "mqtt";
import { generate } from "selfsigned";
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

test("a renewed certificate is taken up without a restart; one that cannot be used is not, and open connections stay", async () => {
  const settings = brokerSettings(db.url, { DATA_DIR: mkdtempSync(path.join(folder, "renewed-")) });
  const tls = await ensureTlsFiles(settings.env, new Date());
  const renewed = await startProductBroker({ ...settings, tls, tlsLookEveryMs: 20 });
  try {
    await renewed.ready;
    const shown = () =>
      new Promise<string>((resolve, reject) => {
        const socket = tlsConnect({ port: renewed.ports.tls ?? 0, host: "127.0.0.1", rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        });
        socket.on("error", reject);
      });
    const { username, token, clientId } = await fleet.device();
    const connection = { username, password: token, clientId, rejectUnauthorized: false, protocolVersion: 4, reconnectPeriod: 0 } as const;
    const client = await connectAsync(`mqtts://127.0.0.1:${renewed.ports.tls}`, connection);
    const before = await shown();
    rmSync(tls.cert);
    writeFileSync(tls.cert, "-----BEGIN CERTIFICATE-----\nhalf of\n");
    await ensureTlsFiles({ ...settings.env, DATA_DIR: mkdtempSync(path.join(folder, "other-")) }, new Date());
    expect(await shown()).toBe(before);
    rmSync(tls.cert);
    await ensureTlsFiles(settings.env, new Date());
    await expect.poll(shown).not.toBe(before);
    await client.publishAsync(topics.up(fleet.id, username, "telemetry"), '{"t":2}', { qos: 1 });
    await client.endAsync();
  } finally {
    await renewed.stop();
  }
});

test("with an authority for clients, nobody gets in without a certificate of it, and with one the token still counts", async () => {
  const settings = brokerSettings(db.url, { DATA_DIR: mkdtempSync(path.join(folder, "mutual-")) });
  const tls = await ensureTlsFiles(settings.env, new Date());
  const clientCa = path.join(settings.env.DATA_DIR, "tls/ca.crt");
  const mutual = await startProductBroker({ ...settings, tls: { ...tls, clientCa } });
  try {
    await mutual.ready;
    const { username, token, clientId } = await fleet.device();
    const attempt = (more: object) =>
      new Promise<string>((resolve) => {
        const client = connect(`mqtts://127.0.0.1:${mutual.ports.tls}`, {
          username,
          password: token,
          clientId,
          ca: readFileSync(clientCa),
          protocolVersion: 4,
          reconnectPeriod: 0,
          ...more,
        });
        client.on("error", () => {});
        client.once("connect", () => {
          resolve("in");
          client.end(true);
        });
        client.once("close", () => resolve("out"));
      });
    const certificateBy = async (authority: string) => {
      const ca = { cert: readFileSync(`${authority}.crt`, "utf8"), key: readFileSync(`${authority}.key`, "utf8") };
      const made = await generate([{ name: "commonName", value: "a device" }], {
        keyType: "ec",
        curve: "P-256",
        algorithm: "sha256",
        ca,
        extensions: [{ name: "extKeyUsage", clientAuth: true }],
      });
      return { cert: made.cert, key: made.private };
    };
    const known = await certificateBy(path.join(settings.env.DATA_DIR, "tls/ca"));
    expect(await attempt({})).toBe("out");
    expect(await attempt(await certificateBy(path.join(folder, "tls/ca")))).toBe("out");
    expect(await attempt({ ...known, password: "wrong" })).toBe("out");
    expect(await attempt(known)).toBe("in");
  } finally {
    await mutual.stop();
  }
});

test("authorities for clients that cannot be read stop the start, by name", async () => {
  const { env } = brokerSettings(db.url, { DATA_DIR: folder });
  for (const file of [path.join(folder, "nowhere.pem"), path.join(folder, "tls/ca.key")])
    await expect(ensureTlsFiles({ ...env, TLS_CLIENT_CA: file }, new Date())).rejects.toMatchObject({
      code: "configuration",
      message: expect.stringContaining("TLS_CLIENT_CA"),
    });
});
