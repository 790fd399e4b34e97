import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLog } from "@/lib/base/log";
import { type EmbeddedPostgres, startPostgres } from "./embedded-postgres";
import { locateDatabase } from "./locate";
import { postgresFolders } from "./postgres-cluster";
import { isServerOf } from "./postgres-orphan";

const log = createLog("test", "silent");
const running: EmbeddedPostgres[] = [];
let dataDir = "";
let port = 0;

beforeEach(async () => {
  // mkdtemp makes it 0700: as root this is the folder that the server's user cannot enter.
  dataDir = path.join(await mkdtemp(path.join(tmpdir(), "sallyport-postgres-")), "data");
  const holder = await hold(0);
  port = holder.port;
  await holder.release();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await rm(path.dirname(dataDir), { recursive: true, force: true });
});

async function hold(wanted: number): Promise<{ port: number; release(): Promise<void> }> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(wanted, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { port: address.port, release: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function start(): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ dataDir, port, log });
  running.push(server);
  return server;
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("keeps its data over a stop and over a hard kill, and does not run as root", async () => {
  const first = await start();
  await ask(first.url, "create table kept (n int); insert into kept values (1)");
  expect(await ask(first.url, "select current_setting('synchronous_commit') as sync, current_setting('listen_addresses') as hosts")).toEqual([
    { sync: "on", hosts: "127.0.0.1" },
  ]);
  if (process.platform === "linux") expect(await readFile(`/proc/${first.pid}/status`, "utf8")).not.toMatch(/^Uid:\s+0/m);
  await first.stop();
  expect(await first.exited).toBe(0);

  const second = await start();
  await ask(second.url, "insert into kept values (2)");
  process.kill(second.pid, "SIGKILL");
  expect(await second.exited).toBeNull();

  const third = await start();
  expect(await ask(third.url, "select n from kept order by n")).toEqual([{ n: 1 }, { n: 2 }]);
});

test("a server that an earlier run left behind is stopped, and its data is served again", async () => {
  const orphan = await start();
  await ask(orphan.url, "create table kept (n int)");
  const next = await start();
  expect(await orphan.exited).toBe(0);
  expect(next.pid).not.toBe(orphan.pid);
  expect(await ask(next.url, "select n from kept")).toEqual([]);
});

test.runIf(process.platform === "linux")("a parent that is killed takes its server along", async () => {
  const script = path.join(path.dirname(dataDir), "parent.mts");
  const module = path.resolve(import.meta.dirname, "embedded-postgres.ts");
  await writeFile(
    script,
    `import { startPostgres } from ${JSON.stringify(module)};
     import { createLog } from ${JSON.stringify(path.resolve(import.meta.dirname, "../../base/log.ts"))};
     const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, port: ${port}, log: createLog("x", "silent") });
     process.send(server.pid); setInterval(() => {}, 1e6);`,
  );
  const parent = spawn(process.execPath, ["--import", "tsx", script], {
    cwd: path.resolve(import.meta.dirname, "../../.."),
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const pid = await new Promise<number>((resolve) => parent.once("message", (message) => resolve(Number(message))));
  const { cluster } = postgresFolders(dataDir);
  expect(await isServerOf(pid, cluster)).toBe(true);
  parent.kill("SIGKILL");
  await vi.waitFor(async () => expect(await isServerOf(pid, cluster)).toBe(false), { timeout: 20_000 });
});

test("a stale pid file is removed, also when its number is another process by now", async () => {
  const server = await start();
  await server.stop();
  await writeFile(path.join(postgresFolders(dataDir).cluster, "postmaster.pid"), `${process.pid}\n/elsewhere\n1\n${port}\n`);
  const again = await start();
  expect(await ask(again.url, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("data of another major is refused and left alone", async () => {
  const { cluster } = postgresFolders(dataDir);
  await mkdir(cluster, { recursive: true });
  await writeFile(path.join(cluster, "PG_VERSION"), "17\n");
  await expect(start()).rejects.toMatchObject({ code: "configuration", message: expect.stringContaining("Postgres 17") });
});

test("a lost password is named, nothing is overwritten", async () => {
  const server = await start();
  await server.stop();
  await rm(postgresFolders(dataDir).password);
  await expect(start()).rejects.toMatchObject({ code: "configuration", hint: expect.stringContaining("backup") });
});

test("a taken port is named with the variable that changes it", async () => {
  const holder = await hold(port);
  await expect(start()).rejects.toMatchObject({ code: "configuration", hint: expect.stringContaining("POSTGRES_PORT") });
  await holder.release();
});

test("the running server is found by its data folder", async () => {
  await expect(locateDatabase({ DATA_DIR: dataDir, DATABASE_URL: undefined })).rejects.toMatchObject({ code: "unavailable" });
  const server = await start();
  expect(await locateDatabase({ DATA_DIR: dataDir, DATABASE_URL: undefined })).toBe(server.url);
  expect(await locateDatabase({ DATA_DIR: dataDir, DATABASE_URL: "postgresql://elsewhere/db" })).toBe("postgresql://elsewhere/db");
  await server.stop();
  await expect(locateDatabase({ DATA_DIR: dataDir, DATABASE_URL: undefined })).rejects.toMatchObject({ code: "unavailable" });
});
