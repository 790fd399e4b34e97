import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { readText, root } from "./files.mjs";

const run = promisify(execFile);
const bin = (name) => path.join(root, "node_modules/.bin", name);
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", CHECKPOINT_DISABLE: "1", npm_config_loglevel: "silent" };

/** Makes what is generated and not in git: Prisma's client, and the types of Next's routes and CSS modules. */
export async function prepare() {
  await Promise.all([prismaClient(), nextTypes()]);
}

async function prismaClient() {
  const marker = path.join(root, "node_modules/.cache/sallyport/prisma-client");
  const wanted = createHash("sha256")
    .update(readText("prisma/schema.prisma") + JSON.parse(readText("package.json")).dependencies.prisma)
    .digest("hex");
  if (existsSync(path.join(root, "prisma/generated/client.ts")) && existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  await run(bin("prisma"), ["generate"], { cwd: root, env });
  mkdirSync(path.dirname(marker), { recursive: true });
  writeFileSync(marker, wanted);
}

async function nextTypes() {
  if (existsSync(path.join(root, "next-env.d.ts")) || !existsSync(path.join(root, "app/layout.tsx"))) return;
  await run(bin("next"), ["typegen"], { cwd: root, env });
}
