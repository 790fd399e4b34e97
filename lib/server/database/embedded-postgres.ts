import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { SallyportError } from "@/lib/base/errors";
import type { Logger } from "@/lib/base/log";
import { findBinaries, type PostgresBinaries } from "./postgres-binaries";
import { DATABASE_NAME, databaseUrl, ensureCluster, launchOptions, postgresFolders, prepareFolders } from "./postgres-cluster";
import { logPostgresLine } from "./postgres-log";
import { clearOrphan } from "./postgres-orphan";
import { type Identity, launchPrefix, serverIdentity } from "./postgres-user";

export interface EmbeddedPostgres {
  url: string;
  pid: number;
  /** Stops in order: open transactions are rolled back, a checkpoint is written. Ended hard after `limitMs`. */
  stop(limitMs?: number): Promise<void>;
  /** Ends it at once; the next start recovers from the log. */
  kill(): void;
  /** Settles with the exit code (null: by a signal) when the server is gone, wanted or not. */
  exited: Promise<number | null>;
}

export interface PostgresOptions {
  /** DATA_DIR. The caller owns it: a server that still runs on it is an orphan and is stopped. */
  dataDir: string;
  port: number;
  log: Logger;
}

/** A crash may leave backends that hold the shared memory for a moment; recovery of a big log takes its time. */
const START_LIMIT_MS = 120_000;
const LEFTOVERS = /shared memory block|lock file .* already exists/;
const STOP_LIMIT_MS = 8_000;

/** Starts our own Postgres on loopback as a direct child of this process, making its data folder the first time. */
export async function startPostgres({ dataDir, port, log }: PostgresOptions): Promise<EmbeddedPostgres> {
  const folders = postgresFolders(path.resolve(dataDir));
  const identity = await serverIdentity(folders.cluster);
  await prepareFolders(path.resolve(dataDir), identity);
  const binaries = await findBinaries(folders.links);
  const prefix = await launchPrefix(identity, [folders.base, path.join(binaries.root, "share/postgresql/postgres.bki"), path.join(binaries.root, "lib")]);
  await clearOrphan(folders.cluster, log);
  const password = await ensureCluster(path.resolve(dataDir), binaries, identity, prefix);

  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const server = launch(folders.cluster, port, { binaries, identity, prefix, log });
    const problem = await server.ready;
    if (problem === undefined) {
      await ensureDatabase(password, port);
      const { child, pid, exited } = server;
      return { url: databaseUrl(password, port), pid, exited, stop: (limitMs) => stop(server, log, limitMs), kill: () => void child.kill("SIGQUIT") };
    }
    if (!LEFTOVERS.test(problem) || Date.now() > deadline) throw startProblem(problem, port);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** `-c` on the command line: what counts is in the code, not in a file of the data folder. */
function settings(cluster: string, port: number): string[] {
  const values = {
    listen_addresses: "127.0.0.1",
    port,
    // No socket file: its path has a limit of 107 bytes, and DATA_DIR may be anywhere.
    unix_socket_directories: "",
    max_connections: 100,
    shared_buffers: "128MB",
    synchronous_commit: "on",
    max_wal_size: "2GB",
    autovacuum_naptime: "15s",
    track_io_timing: "on",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    log_line_prefix: "",
    // Statements and their details can hold what devices sent: they stay out of the log.
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
  };
  return ["-D", cluster, ...Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

function launch(cluster: string, port: number, run: { binaries: PostgresBinaries; identity: Identity; prefix: string[]; log: Logger }) {
  const [file = "", ...args] = [...run.prefix, run.binaries.postgres, ...settings(cluster, port)];
  // A process group of its own: Ctrl-C reaches the supervisor, which stops the server after those who use it.
  const child = spawn(file, args, { ...launchOptions(run.identity, run.prefix, run.binaries), stdio: ["ignore", "ignore", "pipe"], detached: true });
  const exited = new Promise<number | null>((resolve) => {
    child.on("exit", (code) => resolve(code));
    child.on("error", () => resolve(null));
  });
  const said: string[] = [];
  const ready = new Promise<string | undefined>((resolve) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      logPostgresLine(run.log, line);
      if (said.length < 50) said.push(line);
      if (line.includes("ready to accept connections")) resolve(undefined);
    });
    child.on("error", (error) => resolve(error.message));
    child.on("close", () => resolve(said.join("\n") || "it ended without a word"));
  });
  return { child, pid: child.pid ?? 0, ready, exited };
}

/** The first start makes the product's database; initdb makes only its own. */
async function ensureDatabase(password: string, port: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(password, port, "postgres"), connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [DATABASE_NAME]);
    if (!rowCount) await client.query(`create database ${DATABASE_NAME}`);
  } finally {
    await client.end();
  }
}

/** SIGINT is Postgres's fast stop. One that hangs is ended hard: it recovers from its log at the next start. */
async function stop({ child, exited }: { child: ChildProcess; exited: Promise<unknown> }, log: Logger, limitMs = STOP_LIMIT_MS): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  const timer = setTimeout(() => {
    log.warn("Postgres did not stop in time, ending it");
    child.kill("SIGQUIT");
  }, limitMs);
  await exited;
  clearTimeout(timer);
}

function startProblem(problem: string, port: number): SallyportError {
  if (/could not bind|Address already in use/i.test(problem))
    return new SallyportError("configuration", `Port ${port} for Postgres is taken.`, { hint: "Set POSTGRES_PORT to a free port." });
  return new SallyportError("unavailable", `Postgres did not start: ${problem}`, { hint: "Set DATABASE_URL to use a Postgres server of yours instead." });
}
