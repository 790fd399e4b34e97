import { readFileSync } from "node:fs";

/** A process by number and, where the system tells it, by the moment it began: numbers are used again. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks from boot to its start (Linux, field 22 of /proc/pid/stat); empty elsewhere. */
  born: string;
}

export function identityOf(pid: number): ProcessIdentity {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is a name in parentheses that may hold spaces; after it field 3 comes first.
    return { pid, born: stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "" };
  } catch {
    return { pid, born: "" };
  }
}

/** Whether that very process still runs. One that has ended and was not collected by its parent does not. */
export function isAlive({ pid, born }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  if (born === "") return true;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return identityOf(pid).born === born && stat[stat.lastIndexOf(")") + 2] !== "Z";
  } catch {
    return false;
  }
}
