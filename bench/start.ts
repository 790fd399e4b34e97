import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePorts } from "@/e2e/support/free-ports";
import type { Benchmark } from "./support/benchmark";
import { ConsoleSession } from "./support/console-session";

const ROOT = path.resolve(import.meta.dirname, "..");
/** What a first start makes; `npm ci` leaves none of it. */
const MADE = [".next", "prisma/generated", "node_modules/.cache/sallyport"];
const GIVE_UP_MS = 300_000;
const LOOK_MS = 50;

/**
 * Seconds from `npm run demo` to the first live measurement that a console receives over its own address: signed in, with a
 * tab's token, through /mqtt. First with nothing built and an empty DATA_DIR, then once more. Do not run it beside another
 * instance of this checkout: its build is thrown away.
 */
const start: Benchmark = async ({ say }) => {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-bench-"));
  mkdirSync(path.join(folder, "tmp"));
  for (const made of MADE) rmSync(path.join(ROOT, made), { recursive: true, force: true });
  try {
    const env = await environment(folder);
    say("first start: nothing built, empty DATA_DIR");
    const firstStartToLivePointSeconds = await measure(env);
    say("second start");
    const secondStartToLivePointSeconds = await measure(env);
    return { firstStartToLivePointSeconds, secondStartToLivePointSeconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
export default start;

async function environment(folder: string): Promise<NodeJS.ProcessEnv> {
  const ports = await freePorts(5);
  const names = ["PORT", "POSTGRES_PORT", "MQTT_PORT", "MQTTS_PORT", "MQTT_WS_PORT"];
  const chosen = Object.fromEntries(names.map((name, index) => [name, String(ports[index])]));
  const { PATH, HOME } = process.env;
  // A TMPDIR of its own: compiled TypeScript is cached there, and a first start finds none.
  return { NODE_ENV: "production", PATH, HOME, NO_COLOR: "1", TMPDIR: path.join(folder, "tmp"), DATA_DIR: path.join(folder, "data"), ...chosen };
}

async function measure(env: NodeJS.ProcessEnv): Promise<number> {
  const startedAt = performance.now();
  const demo = spawn("npm", ["run", "demo"], { cwd: ROOT, env, stdio: ["ignore", "ignore", "pipe"], detached: true });
  let complaints = "";
  demo.stderr?.on("data", (chunk) => (complaints += chunk));
  const ended = new Promise<void>((resolve) => demo.once("exit", () => resolve()));
  try {
    await firstPoint(env, demo).catch((error: unknown) => {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${complaints}`);
    });
    return Math.round((performance.now() - startedAt) / 10) / 100;
  } finally {
    if (demo.pid && demo.exitCode === null) process.kill(-demo.pid, "SIGINT");
    await ended;
  }
}

async function firstPoint(env: NodeJS.ProcessEnv, demo: ChildProcess): Promise<void> {
  const password = path.join(String(env.DATA_DIR), "secrets/demo-admin-password");
  const session = new ConsoleSession(`http://localhost:${env.PORT}`);
  await untilDone(demo, async () => {
    if (!existsSync(password)) throw new Error("no password yet");
    await session.signIn("admin@example.com", readFileSync(password, "utf8").trim());
  });
  await untilDone(demo, () => session.firstLivePoint());
}

/** Tries again and again, as an impatient person would. */
async function untilDone(demo: ChildProcess, attempt: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline || demo.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}
