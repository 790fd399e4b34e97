import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Env, publicUrl } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";
import { createLog } from "@/lib/base/log";
import { clearLeftovers } from "./clear-leftovers";
import { takeLock } from "./folder-lock";
import { House } from "./house";
import type { Options } from "./options";
import { checkPorts, portsOf } from "./ports";
import { createProgress } from "./progress";
import { readRunFile } from "./run-file";
import { RunLog } from "./run-log";
import { startAll } from "./start-all";

const PARENT_LOOK_MS = 500;

/** Starts everything on one DATA_DIR and keeps it running until it is told to stop. Answers when all is stopped. */
export async function supervise(options: Options, env: Env): Promise<void> {
  const lock = lockFolder(env.DATA_DIR);
  if ("holder" in lock) throw alreadyRunning(env.DATA_DIR, lock.holder.pid);

  const progress = createProgress();
  const runLog = new RunLog(env.DATA_DIR, (text) => progress.line(text));
  const log = createLog("supervisor", env.LOG_LEVEL, { write: (line) => runLog.line("supervisor", line.trimEnd(), "stdout") });
  try {
    await clearLeftovers(env.DATA_DIR, log);
    const ports = portsOf(env);
    await checkPorts(ports);
    const numbers = Object.fromEntries(ports.map(({ variable, port }) => [variable, port]));
    const house = new House(env.DATA_DIR, { mode: options.mode, startedAt: new Date().toISOString(), ports: numbers, url: publicUrl(env) }, log);
    const told = untilTold(house, progress.line);
    try {
      await Promise.race([startAll({ options, env, house, progress, runLog, log }), told]);
      await told;
    } finally {
      await house.stop();
    }
    progress.line("Stopped.");
  } finally {
    lock.release();
  }
}

function lockFolder(dataDir: string): ReturnType<typeof takeLock> {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return takeLock(path.join(dataDir, "supervisor.lock"));
  } catch (cause) {
    throw new SallyportError("configuration", `Cannot write to ${dataDir}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: "Set DATA_DIR to a folder that this user may write to.",
      cause,
    });
  }
}

/** Settles at the first signal to stop. The second one ends everything at once. */
function untilTold(house: House, say: (text: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    const hear = () => {
      if (told) {
        house.kill();
        process.exit(130);
      }
      told = true;
      say("\nStopping. Press Ctrl-C again to end everything at once.");
      resolve();
    };
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, hear);
    whenOrphaned(hear);
  });
}

/** npm's shell does not hand signals on: a killed `npm start` leaves us without our parent. Started by hand, we have none to miss. */
function whenOrphaned(hear: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    hear();
  }, PARENT_LOOK_MS).unref();
}

function alreadyRunning(dataDir: string, pid: number): SallyportError {
  const url = readRunFile(dataDir)?.url;
  return new SallyportError("configuration", `Sallyport runs on ${dataDir} already (process ${pid}${url ? `, ${url}` : ""}).`, {
    hint: `Stop it (kill ${pid}), or set DATA_DIR and the ports to others for a second one.`,
  });
}
