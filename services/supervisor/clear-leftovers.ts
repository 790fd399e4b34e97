import type { Logger } from "@/lib/base/log";
import { postgresFolders } from "@/lib/server/database/postgres-cluster";
import { clearOrphan } from "@/lib/server/database/postgres-orphan";
import { isAlive } from "./process-identity";
import { readRunFile, removeRunFile } from "./run-file";

const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

/**
 * Clears away what a supervisor that was killed left behind. Its processes end by themselves when they lose it; they are
 * waited for, and ended when they hang. Only processes that are known by number and time of birth are touched.
 */
export async function clearLeftovers(dataDir: string, log: Logger): Promise<void> {
  const { postgres: _, ...others } = readRunFile(dataDir)?.processes ?? {};
  const known = Object.values(others).filter((one) => one.born !== "");
  const deadline = Date.now() + PATIENCE_MS;
  while (known.some(isAlive) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  for (const { pid } of known.filter(isAlive)) {
    log.warn({ pid }, "ending a process that an earlier run left behind");
    process.kill(pid, "SIGKILL");
  }
  await clearOrphan(postgresFolders(dataDir).cluster, log);
  removeRunFile(dataDir);
}
