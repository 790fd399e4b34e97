import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { SallyportError } from "@/lib/base/errors";
import { ROOT } from "./root";

const CLIENT = path.join(ROOT, "prisma/generated/client.ts");
/** Beside other caches of this checkout. */
const MARKER = path.join(ROOT, "node_modules/.cache/sallyport/prisma-client");

/** Generates Prisma's client when it is missing or of another schema; answers whether it did. Nothing of ours that imports it may be loaded before. */
export async function ensurePrismaClient(): Promise<boolean> {
  const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { dependencies: { prisma: string } };
  const wanted = createHash("sha256")
    .update(readFileSync(path.join(ROOT, "prisma/schema.prisma"), "utf8") + dependencies.prisma)
    .digest("hex");
  if (existsSync(CLIENT) && existsSync(MARKER) && readFileSync(MARKER, "utf8") === wanted) return false;
  try {
    const env = { ...process.env, CHECKPOINT_DISABLE: "1" };
    await promisify(execFile)(process.execPath, [path.join(ROOT, "node_modules/prisma/build/index.js"), "generate"], { cwd: ROOT, env });
  } catch (cause) {
    const { stderr, message } = cause as { stderr?: string; message: string };
    throw new SallyportError("configuration", `Prisma's client could not be generated: ${(stderr || message).trim()}`, { hint: "Run npm ci again.", cause });
  }
  mkdirSync(path.dirname(MARKER), { recursive: true });
  writeFileSync(MARKER, wanted);
  return true;
}
