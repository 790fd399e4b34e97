import { spawn } from "node:child_process";
import path from "node:path";
import { descendants, endProcess } from "./processes";

const ROOT = path.resolve(import.meta.dirname, "../..");

export interface RunningAgent {
  /** What it said so far. */
  output(): string;
  /** Pulls the plug: every process of it ends without a word. */
  kill(): Promise<void>;
}

/** Runs a command line that starts the agent, as a person would paste it. It reports every second. */
export function startAgent(command: string, dataDir: string): RunningAgent {
  const settings = {
    SALLYPORT_AGENT_INTERVAL: "1",
    SALLYPORT_AGENT_KEEP_ALIVE: "5",
    SALLYPORT_AGENT_POSTURE_INTERVAL: "2",
    SALLYPORT_AGENT_BUFFER: path.join(dataDir, "agent-buffer"),
  };
  const child = spawn("sh", ["-c", command], { cwd: ROOT, env: { ...process.env, ...settings }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    output: () => output,
    async kill() {
      // The agent itself first: npm and the shell around it end with it.
      for (const { pid } of [...descendants(child.pid ?? 0)].reverse()) endProcess(pid);
      await ended;
    },
  };
}
