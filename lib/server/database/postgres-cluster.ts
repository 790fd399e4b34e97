import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { SallyportError } from "@/lib/base/errors";
import type { PostgresBinaries } from "./postgres-binaries";
import type { Identity } from "./postgres-user";

/** The major whose binaries come with this product. Data of another major needs a dump and restore, never a start. */
const MAJOR = "18";
const DATABASE_USER = "sallyport";
export const DATABASE_NAME = "sallyport";

/** Where things are: `base` belongs to the server's user, `cluster` is Postgres's own data folder. */
export function postgresFolders(dataDir: string) {
  const base = path.join(dataDir, "postgres");
  return { base, cluster: path.join(base, "data"), links: path.join(base, "lib"), password: path.join(dataDir, "secrets/postgres-password") };
}

export function databaseUrl(password: string, port: number, name = DATABASE_NAME): string {
  return `postgresql://${DATABASE_USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
}

/** Makes `base` for the server's user. DATA_DIR itself may be entered, not listed, by others: its secrets have folders of their own. */
export async function prepareFolders(dataDir: string, identity: Identity): Promise<void> {
  const { base } = postgresFolders(dataDir);
  await mkdir(path.join(dataDir, "secrets"), { recursive: true, mode: 0o700 });
  await mkdir(base, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return;
  const found = await stat(dataDir);
  if (found.uid === 0) await chmod(dataDir, (found.mode & 0o777) | 0o001);
  await chown(base, identity.uid, identity.gid);
}

/** Refuses data of another major, makes the cluster when there is none. Answers with the password of its one user. */
export async function ensureCluster(dataDir: string, binaries: PostgresBinaries, identity: Identity, prefix: string[]): Promise<string> {
  const folders = postgresFolders(dataDir);
  const found = (await readFile(path.join(folders.cluster, "PG_VERSION"), "utf8").catch(() => "")).trim();
  if (found === "") return makeCluster(folders, binaries, identity, prefix);
  if (found !== MAJOR)
    throw new SallyportError("configuration", `${folders.cluster} holds data of Postgres ${found}; this version of Sallyport runs Postgres ${MAJOR}.`, {
      hint: "Start the version of Sallyport that made it, export there and import here. Nothing was changed.",
    });
  const password = (await readFile(folders.password, "utf8").catch(() => "")).trim();
  if (password === "")
    throw new SallyportError("configuration", `${folders.password} is missing, and the database needs it.`, {
      hint: "Restore it from your backup; nothing was overwritten.",
    });
  return password;
}

async function makeCluster(folders: ReturnType<typeof postgresFolders>, binaries: PostgresBinaries, identity: Identity, prefix: string[]): Promise<string> {
  // Built aside and moved into place when whole: a start that was cut off leaves nothing that looks like a database.
  const fresh = path.join(folders.base, "data.new");
  const passwordFile = path.join(folders.base, "initdb-password");
  await rm(fresh, { recursive: true, force: true });
  const password = randomBytes(24).toString("base64url");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (process.getuid?.() === 0) await chown(passwordFile, identity.uid, identity.gid);
  // Byte order for sorting, the same everywhere; upper and lower case of all of Unicode, without a library of the system's.
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const settings = [...locale, "--auth=scram-sha-256", `--username=${DATABASE_USER}`, `--pwfile=${passwordFile}`, "--no-instructions"];
  try {
    await runAs(identity, prefix, binaries, [binaries.initdb, `--pgdata=${fresh}`, ...settings]);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeFile(folders.password, password, { mode: 0o600 });
  await rename(fresh, folders.cluster);
  return password;
}

async function runAs(identity: Identity, prefix: string[], binaries: PostgresBinaries, command: string[]): Promise<void> {
  const [file = "", ...args] = [...prefix, ...command];
  try {
    await promisify(execFile)(file, args, launchOptions(identity, prefix, binaries));
  } catch (cause) {
    const { stderr, message } = cause as { stderr?: string; message: string };
    throw new SallyportError("configuration", `Postgres could not make its data folder: ${(stderr || message).trim()}`, {
      hint: "Set DATABASE_URL to use a Postgres server of yours instead.",
      cause,
    });
  }
}

/** Without a prefix that changes the user, Node does. `cwd` is a folder that everybody may be in. */
export function launchOptions(identity: Identity, prefix: string[], binaries: PostgresBinaries) {
  const ids = prefix.length === 0 && process.getuid?.() === 0 ? { uid: identity.uid, gid: identity.gid } : {};
  const env: NodeJS.ProcessEnv = { NODE_ENV: process.env.NODE_ENV, PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
  if (binaries.libraryPath) env.LD_LIBRARY_PATH = binaries.libraryPath;
  return { cwd: "/", env, ...ids };
}
