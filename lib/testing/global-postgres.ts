import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { createLog } from "@/lib/base/log";
import { startPostgres } from "@/lib/server/database/embedded-postgres";
import { migrate } from "@/lib/server/database/migrate";

declare module "vitest" {
  export interface ProvidedContext {
    /** A server with the migrated template database; undefined names are no option: the integration project always has it. */
    postgresUrl: string;
  }
}

/** Name of the migrated database that every test database is a copy of. */
export const TEMPLATE = "sallyport_template";
const PREFIX = "sallyport-test-";

/** One Postgres per `vitest` run: own folder, own port, so that several runs on one machine never meet. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const folder = await mkdtemp(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
  const log = createLog("test-postgres", "warn");
  const server = await startPostgres({ dataDir: path.join(folder, "data"), port: await freePort(), log });
  try {
    const template = new URL(server.url);
    template.pathname = `/${TEMPLATE}`;
    await withClient(server.url, async (client) => {
      // The folder is thrown away: what a power cut would cost does not matter. synchronous_commit stays as the product sets it.
      await client.query("alter system set fsync = off");
      await client.query("select pg_reload_conf()");
      await client.query(`create database ${TEMPLATE}`);
    });
    await migrate(template.href);
  } catch (error) {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  project.provide("postgresUrl", server.url);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** A port that was free a moment ago, chosen by the kernel. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A run that was killed with -9 leaves its server and folder: the next run ends the one and removes the other. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split("-")[0]) : 0;
    if (!Number.isInteger(owner) || owner <= 0 || existsSync(`/proc/${owner}`) || !existsSync("/proc/self")) continue;
    const folder = path.join(tmpdir(), name);
    await endServerOf(folder);
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** Ends the server only when the process with the recorded id really is a Postgres of this folder. */
async function endServerOf(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const pidFile = files.find((file) => path.basename(file) === "postmaster.pid");
  if (!pidFile) return;
  const pid = Number((await readFile(path.join(folder, pidFile), "utf8")).split("\n")[0]);
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  if (!command.includes(folder)) return;
  process.kill(pid, "SIGQUIT");
}
