import { mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SallyportError } from "@/lib/base/errors";

/** Makes the folder unless it is there and locks it. Throws `configuration` when it cannot be used, `conflict` when it is in use. */
export function claimFolder(folder: string): () => void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return lockFolder(folder);
  } catch (error) {
    if (error instanceof SallyportError) throw error;
    throw new SallyportError("configuration", `The buffer folder ${folder} cannot be used: ${error instanceof Error ? error.message : error}.`, {
      hint: "Name another one: --buffer DIR.",
    });
  }
}

/**
 * One process per buffer folder. The lock names its holder by process id and start time, so that neither a power cut nor a
 * container whose agent is always process 1 leaves a lock behind that nobody holds.
 */
function lockFolder(folder: string): () => void {
  const file = path.join(folder, "lock");
  const own = `${process.pid} ${startTime(process.pid) ?? ""}`;
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, own, { flag: "wx", mode: 0o600 });
      return () => unlinkSync(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (attempt > 0 || isHeld(readFileSync(file, "utf8")))
        throw new SallyportError("conflict", `The buffer folder ${folder} is in use by another agent.`, {
          hint: "Give each agent its own folder (--buffer DIR), or end the other one.",
        });
      unlinkSync(file);
    }
  }
}

function isHeld(lock: string): boolean {
  const [pid, started] = lock.split(" ");
  const holder = Number(pid);
  if (!Number.isInteger(holder) || holder <= 0) return false;
  if (holder === process.pid) return started === (startTime(holder) ?? "");
  try {
    process.kill(holder, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return (startTime(holder) ?? "") === started;
}

/** Field 22 of /proc/<pid>/stat, in ticks since boot; undefined where there is no /proc, and for one that has ended but was not collected. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : rest[18];
  } catch {
    return undefined;
  }
}
