import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Env } from "@/lib/base/env";

/** A demo can be signed in to at once: without an administrator of one's own it gets one, with a password made once and kept. */
export function demoAdmin(env: Env): Env {
  if (env.ADMIN_EMAIL) return env;
  const file = path.join(env.DATA_DIR, "secrets/demo-admin-password");
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFileSync(file, randomBytes(12).toString("base64url"), { mode: 0o600 });
  return { ...env, ADMIN_EMAIL: "admin@example.com", ADMIN_PASSWORD: readFileSync(file, "utf8").trim() };
}
