import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, expect, test } from "vitest";
import { readEnv } from "@/lib/base/env";
import { demoAdmin } from "./demo-admin";
import { summary } from "./summary";

const DATA_DIR = mkdtempSync(path.join(tmpdir(), "sallyport-summary-"));
afterAll(() => rmSync(DATA_DIR, { recursive: true }));
const text = (facts: Parameters<typeof summary>[0]) => stripVTControlCharacters(summary(facts));

test("a demo says how to sign in, and keeps its password from start to start", () => {
  const env = demoAdmin(readEnv({ DATA_DIR }));
  expect(text({ env, setupUrl: null, demoAdmin: true })).toContain(`admin@example.com   password ${env.ADMIN_PASSWORD}`);
  expect(demoAdmin(readEnv({ DATA_DIR })).ADMIN_PASSWORD).toBe(env.ADMIN_PASSWORD);
  expect(env.ADMIN_PASSWORD?.length).toBeGreaterThanOrEqual(10);
  expect(statSync(path.join(DATA_DIR, "secrets/demo-admin-password")).mode & 0o777).toBe(0o600);
});

test("a password that somebody set is never shown", () => {
  const env = readEnv({ DATA_DIR, ADMIN_EMAIL: "me@example.com", ADMIN_PASSWORD: "my own password" });
  expect(demoAdmin(env)).toBe(env);
  const said = text({ env, setupUrl: null, demoAdmin: false });
  expect(said).toContain("me@example.com");
  expect(said).not.toContain("my own password");
});

test("without an administrator the set-up link is what counts", () => {
  const said = text({ env: readEnv({ DATA_DIR }), setupUrl: "http://localhost:3000/setup?token=abc", demoAdmin: false });
  expect(said).toContain("http://localhost:3000/setup?token=abc");
  expect(said).not.toContain("Sign in");
});
