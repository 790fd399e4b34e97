import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { freePorts } from "@/lib/testing/free-ports";
import { startProcess } from "@/lib/testing/real-process";
import type { Stage } from "./stage";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const MOSQUITTO = "/usr/sbin/mosquitto";
/** Of the kernel: USER_HZ, the unit of /proc/PID/stat. */
const TICKS_PER_SECOND = 100;

/** A broker in a process of its own, on loopback. */
export interface BrokerProcess {
  port: number;
  /** CPU seconds it used so far; NaN where there is no /proc. */
  cpuSeconds(): number;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

/** The product's broker as it is, on the stage's database. */
export async function productBroker(stage: Stage, port?: number): Promise<BrokerProcess> {
  const [free = 0, tls = 0, ws = 0] = await freePorts(3);
  const mqtt = port ?? free;
  const { PATH, HOME } = process.env;
  const env = {
    ...{ NODE_ENV: "production" as const, PATH, HOME, LOG_LEVEL: "error", DATABASE_URL: stage.databaseUrl, DATA_DIR: stage.folder },
    ...{ MQTT_PORT: String(mqtt), MQTTS_PORT: String(tls), MQTT_WS_PORT: String(ws) },
  };
  const child = spawn(process.execPath, ["--import", "tsx", "services/broker/main.ts"], { cwd: ROOT, env, stdio: ["ignore", 2, 2, "ipc"] });
  await saidReady(child);
  return brokerProcess(child, mqtt);
}

/** The same broker without its enforcement: everybody may do everything. No database behind it. */
export async function openBroker(): Promise<BrokerProcess> {
  const [port = 0] = await freePorts(1);
  const script = fileURLToPath(new URL("./open-broker-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, String(port)], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", 2, 2, "ipc"],
  });
  await saidReady(child);
  return brokerProcess(child, port);
}

/** Debian's Mosquitto without access control, persistence or limits on what is in flight. Undefined where it is not installed. */
export async function mosquittoBroker(folder: string): Promise<BrokerProcess | undefined> {
  if (!existsSync(MOSQUITTO)) return undefined;
  const [port = 0] = await freePorts(1);
  const file = path.join(folder, "mosquitto.conf");
  const lines = [`listener ${port} 127.0.0.1`, "allow_anonymous true", "persistence false", "max_inflight_messages 0", "max_queued_messages 0"];
  writeFileSync(file, [...lines, "set_tcp_nodelay true", "log_dest stderr", ""].join("\n"));
  const { child } = await startProcess(MOSQUITTO, ["-c", file], { ready: (output) => /version .* running/.test(output), limitMs: 10_000 });
  return brokerProcess(child, port);
}

function saidReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("exit", (code) => reject(new Error(`the broker ended with ${code}`)));
  });
}

function brokerProcess(child: ChildProcess, port: number): BrokerProcess {
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    port,
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** proc(5): fields 14 and 15, counted behind the command, which may hold anything. */
function cpuSeconds(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  const fields = readFileSync(file, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
