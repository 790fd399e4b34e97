import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect, createServer, type TLSSocket } from "node:tls";
import { afterAll, expect, test } from "vitest";
import { ensureTlsFiles } from "./tls-certificate";

const DATA_DIR = mkdtempSync(path.join(tmpdir(), "sallyport-tls-"));
const env = { DATA_DIR, TLS_CERT: undefined, TLS_KEY: undefined, MQTT_PUBLIC_HOST: "mqtt.example.com", MQTTS_HOST: "0.0.0.0" };
const now = new Date();
afterAll(() => rmSync(DATA_DIR, { recursive: true }));

test("a client that trusts the authority takes the server's certificate, by name and by address", async () => {
  const files = await ensureTlsFiles(env, now);
  expect(statSync(files.key).mode & 0o777).toBe(0o600);
  const server = createServer({ cert: readFileSync(files.cert), key: readFileSync(files.key) });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const ca = readFileSync(path.join(DATA_DIR, "tls/ca.crt"));
  const attempt = (options: { servername?: string; ca?: Buffer }) =>
    new Promise<boolean>((resolve) => {
      const socket: TLSSocket = connect({ host: "127.0.0.1", port, ...options }, () => resolve(socket.authorized));
      socket.on("error", () => resolve(false));
    });
  expect(await attempt({ ca })).toBe(true);
  expect(await attempt({ ca, servername: "mqtt.example.com" })).toBe(true);
  expect(await attempt({ ca, servername: "other.example.com" })).toBe(false);
  expect(await attempt({})).toBe(false);
  server.close();
});

test("it is kept while it is good, renewed near its end or for a new name, under the same authority", async () => {
  const read = async (given = env, at = now) => new X509Certificate(readFileSync((await ensureTlsFiles(given, at)).cert));
  const authority = readFileSync(path.join(DATA_DIR, "tls/ca.crt"), "utf8");
  const first = await read();
  expect((await read()).serialNumber).toBe(first.serialNumber);
  const renamed = await read({ ...env, MQTT_PUBLIC_HOST: "new.example.com" });
  expect(renamed.serialNumber).not.toBe(first.serialNumber);
  expect(renamed.checkHost("new.example.com")).toBe("new.example.com");
  const late = new Date(now.getTime() + 800 * 24 * 3_600_000);
  expect((await read(undefined, late)).serialNumber).not.toBe(renamed.serialNumber);
  expect(readFileSync(path.join(DATA_DIR, "tls/ca.crt"), "utf8")).toBe(authority);
});

test("one's own certificate is used as it is, and must be one with its key", async () => {
  const made = await ensureTlsFiles(env, now);
  expect(await ensureTlsFiles({ ...env, TLS_CERT: made.cert, TLS_KEY: made.key }, now)).toEqual(made);
  await expect(ensureTlsFiles({ ...env, TLS_CERT: made.cert, TLS_KEY: path.join(DATA_DIR, "none.key") }, now)).rejects.toThrow("TLS_CERT and TLS_KEY");
  await expect(ensureTlsFiles({ ...env, TLS_CERT: path.join(DATA_DIR, "tls/ca.crt"), TLS_KEY: made.key }, now)).rejects.toMatchObject({
    code: "configuration",
  });
});
