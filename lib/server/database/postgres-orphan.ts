import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { SallyportError } from "@/lib/base/errors";
import type { Logger } from "@/lib/base/log";

/** How long an orphan may take to write its last checkpoint, and a beat between two looks. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 50;

/** `postmaster.pid` of a data folder: process id on line 1, port on line 4. Undefined when there is none. */
export async function readPidFile(cluster: string): Promise<{ pid: number; port: number } | undefined> {
  const text = await readFile(path.join(cluster, "postmaster.pid"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split("\n");
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

/** Whether the process is there and is the Postgres of this data folder: process ids are used again. */
export async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  if (process.platform === "linux") {
    const [command, state] = await Promise.all(["cmdline", "stat"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")));
    return command?.includes(cluster) === true && !/\) Z /.test(state ?? "");
  }
  const { stdout } = await promisify(execFile)("ps", ["-o", "stat=,command=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout.includes(cluster) && !stdout.startsWith("Z");
}

/**
 * What an earlier run left behind. A server whose supervisor was killed is stopped in order (it is nobody's child, nothing
 * reads its log any more). The caller holds the lock of DATA_DIR.
 */
export async function clearOrphan(cluster: string, log: Logger): Promise<void> {
  const left = await readPidFile(cluster);
  if (!left) return;
  if (await isServerOf(left.pid, cluster)) await stopOrphan(left.pid, cluster, log);
  // The number belongs to a stranger now, which Postgres would take for its own server. When it is free, the file stays:
  // Postgres finds in it whether backends of a killed server still hold the memory, and waits for them.
  else if (isTaken(left.pid)) await rm(path.join(cluster, "postmaster.pid"), { force: true });
}

async function stopOrphan(pid: number, cluster: string, log: Logger): Promise<void> {
  log.warn({ pid }, "stopping the Postgres that an earlier run left behind");
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + PATIENCE_MS;
  while (await isServerOf(pid, cluster)) {
    if (Date.now() > deadline)
      throw new SallyportError("unavailable", `A Postgres of an earlier run (process ${pid}) does not stop.`, { hint: `End it: kill -QUIT ${pid}` });
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
