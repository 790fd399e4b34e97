import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";

export interface RealProcess {
  child: ChildProcess;
  output(): string;
  /** Ends it for good; throw-away data needs no orderly stop. */
  kill(): Promise<void>;
}

const SETPRIV = "/usr/bin/setpriv";

/**
 * Starts a program of the system and waits for its sign of life in what it prints. On Linux it dies with this process, however
 * that ends, so that a killed test run leaves nothing behind.
 */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; ready: (output: string) => boolean; limitMs: number },
): Promise<RealProcess> {
  const { env = {}, cwd, ready, limitMs } = options;
  const [file = command, ...rest] = existsSync(SETPRIV) ? [SETPRIV, "--pdeathsig", "KILL", command, ...args] : [command, ...args];
  const child = spawn(file, rest, { env: { ...process.env, ...env }, ...(cwd ? { cwd } : {}), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill("SIGKILL");
      reject(new Error(`${command} ${why}:\n${output.slice(-4000)}`));
    };
    const timer = setTimeout(() => fail("is not ready in time"), limitMs);
    const settle = () => clearTimeout(timer);
    const read = (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (ready(output)) {
        settle();
        resolve();
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => {
      settle();
      reject(new Error(`${command} ended with ${code}:\n${output.slice(-4000)}`));
    });
  });
  return {
    child,
    output: () => output,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
