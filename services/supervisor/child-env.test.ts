import { afterEach, expect, test, vi } from "vitest";
import { readEnv } from "@/lib/base/env";
import { childEnv, deviceEnv } from "./child-env";

afterEach(() => vi.unstubAllEnvs());

const resolved = { databaseUrl: "postgresql://h/d", nextAuthSecret: "s".repeat(40), tls: { cert: "/c", key: "/k" }, development: false };

test("a child reads the same settings, with everything resolved", () => {
  vi.stubEnv("MQTT_PORT", "2001");
  const env = readEnv({ MQTT_PORT: "2001", PORT: "4000" });
  const child = readEnv(childEnv(env, resolved));
  expect(child).toMatchObject({ MQTT_PORT: 2001, DATABASE_URL: "postgresql://h/d", PUBLIC_URL: "http://localhost:4000", TLS_CERT: "/c" });
  expect(childEnv(env, resolved)).toMatchObject({ NEXTAUTH_URL: "http://localhost:4000", NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" });
});

test("the first administrator's password stays with the supervisor", () => {
  vi.stubEnv("ADMIN_EMAIL", "a@example.com");
  vi.stubEnv("ADMIN_PASSWORD", "a long password");
  expect(JSON.stringify(childEnv(readEnv(), resolved))).not.toContain("a long password");
});

test("a device of the demo knows no secret of ours", () => {
  vi.stubEnv("NEXTAUTH_SECRET", "x".repeat(40));
  vi.stubEnv("DATABASE_URL", "postgresql://h/d");
  expect(Object.keys(deviceEnv()).sort()).toEqual(["HOME", "LANG", "LOG_LEVEL", "NODE_ENV", "PATH", "TZ"]);
});
