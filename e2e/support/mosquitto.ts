import { spawn, spawnSync } from "node:child_process";
import { endProcess } from "./processes";

interface Outcome {
  code: number | null;
  output: string;
}

/** Runs a command to its end. */
function run(file: string, args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output: output.trim() }));
  });
}

interface Publish {
  port: number;
  topic: string;
  message: string;
  username?: string;
  password?: string;
  /** Not given: sent empty, and the broker assigns one. */
  clientId?: string;
  /** Path of the certificate authority: TLS. */
  ca?: string;
}

export const hasMosquitto = () => spawnSync("mosquitto_pub", ["--help"]).error === undefined;

/** One QoS 1 publish by Debian's own client; ends when it is acknowledged or refused. */
export function mosquittoPublish({ port, topic, message, username, password, clientId, ca }: Publish): Promise<Outcome> {
  const args = ["-h", "127.0.0.1", "-p", String(port), "-V", "mqttv311", "-q", "1", "-t", topic, "-m", message];
  if (clientId !== undefined) args.push("-i", clientId);
  if (ca !== undefined) args.push("--cafile", ca);
  if (username !== undefined) args.push("-u", username);
  if (password !== undefined) args.push("-P", password);
  return run("mosquitto_pub", args);
}

interface Subscribe {
  port: number;
  filter: string;
  username: string;
  password: string;
  clientId: string;
}

export interface Subscriber {
  /** What it printed so far: a line per message, and what it says of itself (-d). */
  output(): string;
  /** Resolves with its exit code when it ends by itself. */
  ended: Promise<number | null>;
  stop(): void;
}

/** A QoS 1 subscription by Debian's own client, which stays until its connection is closed: that ends it (`--retry` is not its way). */
export function mosquittoSubscribe({ port, filter, username, password, clientId }: Subscribe): Subscriber {
  const args = ["-h", "127.0.0.1", "-p", String(port), "-V", "mqttv311", "-q", "1", "-d", "-t", filter, "-u", username, "-P", password, "-i", clientId];
  // Its output is a pipe here, which it would fill before it writes.
  const child = spawn("stdbuf", ["-oL", "mosquitto_sub", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { output: () => output, ended, stop: () => endProcess(child.pid ?? 0) };
}
