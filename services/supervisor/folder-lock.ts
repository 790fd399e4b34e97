import { linkSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { identityOf, isAlive, type ProcessIdentity } from "./process-identity";

export interface FolderLock {
  release(): void;
}

/**
 * Takes the lock `file` for this process, or answers with the process that holds it. A lock whose process is gone is taken
 * over; of several who try at once one makes the hard link.
 */
export function takeLock(file: string): FolderLock | { holder: ProcessIdentity } {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(own, file);
        return { release: () => rmSync(file, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = readHolder(file);
      if (holder && isAlive(holder)) return { holder };
      removeStale(file, holder);
    }
  } finally {
    unlinkSync(own);
  }
}

function readHolder(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** Only the stale lock that was looked at is removed: by now another process may have taken its place. */
function removeStale(file: string, seen: ProcessIdentity | undefined): void {
  const now = readHolder(file);
  if (now?.pid === seen?.pid && now?.born === seen?.born) rmSync(file, { force: true });
}
