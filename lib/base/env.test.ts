import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { envSchema, publicUrl, readEnv } from "./env";
import { envExample } from "./env-example";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport-env-"));
afterAll(() => rmSync(folder, { recursive: true }));

test(".env.example says what the schema says, of every setting", async () => {
  for (const [name, schema] of Object.entries(envSchema.shape)) expect(schema.description, name).toBeTruthy();
  await expect(envExample()).toMatchFileSnapshot("../../.env.example");
});

test("nothing set is a good environment: all on loopback, all in one absolute folder", () => {
  const env = readEnv({});
  expect(env).toMatchObject({ HOST: "127.0.0.1", MQTT_HOST: "127.0.0.1", MQTT_WS_HOST: "127.0.0.1", PORT: 3000 });
  expect(env.DATABASE_URL).toBeUndefined();
  expect(path.isAbsolute(env.DATA_DIR)).toBe(true);
  expect(publicUrl(env)).toBe("http://localhost:3000");
});

test("empty counts as unset, lists and flags are read", () => {
  const env = readEnv({ PORT: "", WEBHOOK_ALLOWED_HOSTS: "a.example, b.example,", SALLYPORT_TRUST_PROXY: "true", PUBLIC_URL: "https://fleet.example/" });
  expect(env).toMatchObject({ PORT: 3000, WEBHOOK_ALLOWED_HOSTS: ["a.example", "b.example"], SALLYPORT_TRUST_PROXY: true });
  expect(publicUrl(env)).toBe("https://fleet.example");
});

test("every wrong variable is named in one error", () => {
  const wrong = { PORT: "70000", MQTT_PORT: "many", DATABASE_URL: "mysql://h/d", NEXTAUTH_SECRET: "short", TLS_CERT: "a.pem", ADMIN_EMAIL: "a@example.com" };
  const attempt = () => readEnv(wrong);
  expect(attempt).toThrow(expect.objectContaining({ code: "configuration", hint: expect.stringContaining(".env.example") }));
  for (const name of Object.keys(wrong)) expect(attempt).toThrow(name);
});

test("a value may be in a file; a file that cannot be read is named", () => {
  const file = path.join(folder, "secret");
  writeFileSync(file, `${"s".repeat(40)}\n`);
  expect(readEnv({ NEXTAUTH_SECRET_FILE: file }).NEXTAUTH_SECRET).toBe("s".repeat(40));
  expect(() => readEnv({ NEXTAUTH_SECRET_FILE: path.join(folder, "none") })).toThrow("NEXTAUTH_SECRET_FILE: cannot read");
});
