import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { SallyportError } from "@/lib/base/errors";
import { takeLock } from "./folder-lock";
import { ROOT } from "./root";
import { sourceHash } from "./source-hash";

/** Node's arguments for Next's own command line, with what ends it when its supervisor is gone. */
export const NEXT = ["--import", path.join(ROOT, "services/web/preload.mjs"), path.join(ROOT, "node_modules/next/dist/bin/next")];

const BUILT = path.join(ROOT, ".next/BUILD_ID");
const MARKER = path.join(ROOT, ".next/sallyport-sources");
const LOCK = path.join(ROOT, "node_modules/.cache/sallyport/build.lock");
const LOOK_MS = 200;

const isFresh = (hash: string) => existsSync(BUILT) && existsSync(MARKER) && readFileSync(MARKER, "utf8") === hash;

interface BuildOptions {
  onLine?: (line: string, stream: "stdout" | "stderr") => void;
  signal?: AbortSignal;
}

/** Builds the console unless the last build is of these very sources. Answers whether it built. One builder at a time. */
export async function ensureWebBuild(options: BuildOptions = {}): Promise<boolean> {
  const hash = sourceHash(ROOT);
  if (isFresh(hash)) return false;
  let lock = takeLock(LOCK);
  while ("holder" in lock) {
    options.signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    lock = takeLock(LOCK);
  }
  try {
    if (isFresh(hash)) return false;
    await build(options);
    writeFileSync(MARKER, hash);
    return true;
  } finally {
    lock.release();
  }
}

function build({ onLine, signal }: BuildOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_ENV: "production" as const, NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1", SALLYPORT_SUPERVISOR: String(process.pid) };
    const child = spawn(process.execPath, [...NEXT, "build"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe", "ipc"], detached: true });
    const end = () => child.pid && process.kill(-child.pid, "SIGKILL");
    signal?.addEventListener("abort", end);
    const said: string[] = [];
    for (const name of ["stdout", "stderr"] as const) {
      const stream = child[name];
      if (!stream) continue;
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        onLine?.(line, name);
      });
    }
    child.once("error", reject);
    child.once("close", (code) => {
      signal?.removeEventListener("abort", end);
      if (code === 0 && existsSync(BUILT)) resolve();
      else
        reject(
          new SallyportError("unavailable", `The console could not be built:\n${said.slice(-30).join("\n")}`, {
            hint: "npm run build shows the whole output.",
          }),
        );
    });
  });
}
