import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import { envSchema } from "@/lib/base/env";
import { freePorts } from "./free-ports";
import { descendants, endProcess, isRunning, type ProcessEntry } from "./processes";
import { type RunFile, readRunFile } from "./run-file";

const ROOT = path.resolve(import.meta.dirname, "../..");
const OUTPUT_LIMIT = 200_000;
const LOG_LIMIT = 20_000;

type Settings = Record<string, string | undefined> & { NODE_ENV: "production" };

export interface Product {
  /** Where the console is. */
  url: string;
  dataDir: string;
  mqttPort: number;
  /** All settings, for whatever else is started beside it. */
  env: Settings;
  /** What the supervisor printed so far. */
  output(): string;
  /** The end of each process's log. */
  logs(): string;
  /** What the supervisor says it runs now. */
  run(): RunFile | undefined;
  /** `npm run sallyport -- …words --json`; answers what it printed. */
  command<T = unknown>(...words: string[]): Promise<T>;
  /** Ctrl-C; answers what is still running afterwards, which should be nothing. */
  stop(): Promise<ProcessEntry[]>;
}

interface ProductOptions {
  /** Arguments of the supervisor. Default: `start`, the product without a demo fleet. */
  args?: string[];
  env?: Record<string, string>;
}

/** Starts the real product with ports and a folder of its own, and waits until all of it serves. */
export async function startProduct({ args = ["start"], env = {} }: ProductOptions = {}): Promise<Product> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "sallyport-e2e-"));
  const settings = await settingsFor(dataDir, env);
  const supervisor = spawn(process.execPath, ["services/supervisor/run.mjs", ...args], {
    cwd: ROOT,
    env: settings,
    // A group of its own: Ctrl-C on the tests reaches the product through the fixture, in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [supervisor.stdout, supervisor.stderr])
    stream.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-OUTPUT_LIMIT);
    });
  const product: Product = {
    url: `http://localhost:${settings.PORT}`,
    dataDir,
    mqttPort: Number(settings.MQTT_PORT),
    env: settings,
    output: () => output,
    logs: () => readLogs(dataDir),
    run: () => readRunFile(dataDir),
    command: (...words) => runCommand(words, settings),
    async stop() {
      const left = await stopSupervisor(supervisor);
      await rm(dataDir, { recursive: true, force: true });
      return left;
    },
  };
  try {
    await waitUntilReady(supervisor, product);
  } catch (error) {
    const said = `${output.slice(-4_000)}\n${product.logs()}`;
    await product.stop();
    throw new Error(`${error instanceof Error ? error.message : error}\n--- what it said ---\n${said}`);
  }
  return product;
}

/** The caller's environment without settings of the product: a DATABASE_URL of the developer's is not for tests. */
async function settingsFor(dataDir: string, env: Record<string, string>): Promise<Settings> {
  const own = new Set(Object.keys(envSchema.shape).flatMap((name) => [name, `${name}_FILE`]));
  const outer = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.has(name) && name !== "FORCE_COLOR"));
  const [PORT, POSTGRES_PORT, MQTT_PORT, MQTTS_PORT, MQTT_WS_PORT] = (await freePorts(5)).map(String);
  const ports = { PORT, POSTGRES_PORT, MQTT_PORT, MQTTS_PORT, MQTT_WS_PORT };
  return { ...outer, NODE_ENV: "production", NO_COLOR: "1", DATA_DIR: dataDir, ...ports, WEBHOOK_ALLOWED_HOSTS: "127.0.0.1", ...env };
}

async function waitUntilReady(supervisor: ChildProcess, product: Product): Promise<void> {
  await expect
    .poll(
      () => {
        if (supervisor.exitCode !== null) throw new Error(`the supervisor ended with ${supervisor.exitCode}`);
        return product.run()?.ready;
      },
      { timeout: 180_000, intervals: [200], message: "the product is ready" },
    )
    .toBe(true);
}

async function runCommand<T>(words: string[], env: Settings): Promise<T> {
  const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "sallyport", "--", ...words, "--json"], { cwd: ROOT, env });
  return JSON.parse(stdout) as T;
}

async function stopSupervisor(supervisor: ChildProcess): Promise<ProcessEntry[]> {
  const below = descendants(supervisor.pid ?? 0);
  if (supervisor.exitCode === null && supervisor.signalCode === null) {
    const ended = new Promise((resolve) => supervisor.once("exit", resolve));
    supervisor.kill("SIGINT");
    const hard = setTimeout(() => supervisor.kill("SIGKILL"), 30_000);
    await ended;
    clearTimeout(hard);
  }
  const running = () => below.filter(({ pid }) => isRunning(pid));
  // A helper that ends when its input closes takes a moment longer than the process whose helper it is.
  await expect
    .poll(running, { timeout: 5_000 })
    .toEqual([])
    .catch(() => {});
  const left = running();
  for (const { pid } of left) endProcess(pid);
  return left;
}

function readLogs(dataDir: string): string {
  const folder = path.join(dataDir, "logs");
  try {
    return readdirSync(folder)
      .map((name) => `--- ${name} ---\n${readFileSync(path.join(folder, name), "utf8").slice(-LOG_LIMIT)}`)
      .join("\n");
  } catch {
    return "";
  }
}
