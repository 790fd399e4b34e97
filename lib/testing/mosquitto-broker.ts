import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { freePorts } from "./free-ports";
import { startProcess } from "./real-process";

const SERVER = "/usr/sbin/mosquitto";
const PLUGIN_FOLDERS = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"];
const plugin = PLUGIN_FOLDERS.map((folder) => path.join(folder, "mosquitto_dynamic_security.so")).find(existsSync);

/** Debian's broker with its dynamic-security plugin. */
export const mosquittoInstalled = existsSync(SERVER) && plugin !== undefined;

export interface MosquittoBroker {
  port: number;
  /** Address and credentials of the plugin's administrator. */
  controlUrl: string;
  output(): string;
  stop(): Promise<void>;
}

/** A Mosquitto of its own in a temporary folder, on loopback, with nobody in it but the administrator. */
export async function startMosquitto(): Promise<MosquittoBroker> {
  const [port = 0] = await freePorts(1);
  const folder = await mkdtemp(path.join(tmpdir(), "sallyport-mosquitto-"));
  const store = path.join(folder, "dynamic-security.json");
  const password = "only-for-this-test";
  await promisify(execFile)("mosquitto_ctrl", ["dynsec", "init", store, "admin", password]);
  const config = [
    `listener ${port} 127.0.0.1`,
    "allow_anonymous false",
    // As root it would change to a user that may not enter the folder.
    ...(process.getuid?.() === 0 ? ["user root"] : []),
    `plugin ${plugin}`,
    `plugin_opt_config_file ${store}`,
    "log_type all",
    "log_dest stderr",
    "set_tcp_nodelay true",
    "",
  ];
  await writeFile(path.join(folder, "mosquitto.conf"), config.join("\n"));
  const broker = await startProcess(SERVER, ["-c", path.join(folder, "mosquitto.conf")], {
    ready: (output) => /version .* running/.test(output),
    limitMs: 10_000,
  });
  return {
    port,
    controlUrl: `mqtt://admin:${password}@127.0.0.1:${port}`,
    output: broker.output,
    async stop() {
      await broker.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
