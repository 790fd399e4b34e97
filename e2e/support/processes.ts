import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine, from /proc. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  command: string;
}

function readEntry(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold anything; state and parent follow the last one.
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z") return undefined;
    return { pid, parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim() };
  } catch {
    return undefined;
  }
}

function allProcesses(): ProcessEntry[] {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.flatMap((pid) => readEntry(pid) ?? []);
}

/** Everything below a process, children before grandchildren. */
export function descendants(pid: number): ProcessEntry[] {
  const all = allProcesses();
  const found: ProcessEntry[] = [];
  let level = [pid];
  while (level.length > 0) {
    const next = all.filter(({ parent }) => level.includes(parent));
    found.push(...next);
    level = next.map((entry) => entry.pid);
  }
  return found;
}

/** kill -9; fine when it has just ended by itself. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

export function isRunning(pid: number): boolean {
  return readEntry(pid) !== undefined;
}
