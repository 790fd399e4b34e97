import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { migrate } from "./migrate";

const ROOT = path.resolve(import.meta.dirname, "../../..");
let client: Client;
let url = "";
let folder = "";

beforeEach(async () => {
  const name = `migrate_${randomBytes(6).toString("hex")}`;
  await onServer(`create database ${name}`);
  const own = new URL(inject("postgresUrl"));
  own.pathname = `/${name}`;
  url = own.href;
  client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  folder = await mkdtemp(path.join(tmpdir(), "sallyport-migrations-"));
});

afterEach(async () => {
  await client.end();
  await onServer(`drop database ${new URL(url).pathname.slice(1)} with (force)`);
  await rm(folder, { recursive: true, force: true });
});

async function onServer(sql: string): Promise<void> {
  const server = new Client({ connectionString: inject("postgresUrl") });
  await server.connect();
  await server.query(sql);
  await server.end();
}

async function write(name: string, sql: string): Promise<void> {
  await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, name, "migration.sql"), sql);
}

async function prisma(...args: string[]): Promise<string> {
  const command = promisify(execFile)("npx", ["prisma", ...args], { cwd: ROOT, env: { ...process.env, DATABASE_URL: url } });
  const { stdout, stderr } = await command.catch((error: { stdout: string; stderr: string }) => error);
  return stdout + stderr;
}

test("what we applied reads as up to date to Prisma, and the other way round", async () => {
  expect((await migrate(url)).applied).toContain("20261122000000_init");
  expect((await migrate(url)).applied).toEqual([]);
  expect(await prisma("migrate", "status")).toContain("up to date");
  expect(await prisma("migrate", "deploy")).toContain("No pending migrations");
});

test("the schema and the migrations say the same (drift gate)", async () => {
  const diff = ["migrate", "diff", "--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema.prisma", "--exit-code"];
  expect(await prisma(...diff)).toContain("No difference detected");
  // The gate can fail: the same question against an empty schema finds everything missing.
  expect(await prisma("migrate", "diff", "--from-empty", "--to-schema", "prisma/schema.prisma", "--exit-code")).toContain("Added tables");
});

test("what Prisma deploys is what we would, and we have nothing left to do", async () => {
  expect(await prisma("migrate", "deploy")).toContain("successfully applied");
  expect((await migrate(url)).applied).toEqual([]);
});

test("two processes at once: each migration is applied by one of them", async () => {
  const results = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  const applied = results.flatMap((result) => result.applied);
  expect(new Set(applied).size).toBe(applied.length);
  expect(applied).toContain("20261122000000_init");
});

test("a failing migration leaves nothing of itself, is written down, and blocks until resolved", async () => {
  await write("1_good", "create table good (n int);");
  await write("2_bad", "create table half (n int); select nonsense;");
  await expect(migrate(url, { folder })).rejects.toMatchObject({ code: "configuration", message: expect.stringContaining("2_bad") });
  expect((await client.query("select to_regclass('good') as good, to_regclass('half') as half")).rows).toEqual([{ good: "good", half: null }]);
  expect((await client.query("select logs from _prisma_migrations where finished_at is null")).rows[0].logs).toContain("nonsense");

  await write("2_bad", "create table half (n int);");
  await expect(migrate(url, { folder })).rejects.toMatchObject({ hint: expect.stringContaining("--rolled-back 2_bad") });
  await client.query("update _prisma_migrations set rolled_back_at = now() where finished_at is null");
  expect((await migrate(url, { folder })).applied).toEqual(["2_bad"]);
});

test("a migration that was changed or is unknown is warned of", async () => {
  await write("1_first", "create table first (n int);");
  await migrate(url, { folder });
  await write("1_first", "create table first (n bigint);");
  const warnings: unknown[] = [];
  const log = { info: () => {}, warn: (fields: unknown) => warnings.push(fields) };
  await migrate(url, { folder, log });
  await rm(path.join(folder, "1_first"), { recursive: true });
  await migrate(url, { folder, log });
  expect(warnings).toEqual([{ migration: "1_first" }, { migration: "1_first" }]);
});

test("a function body with semicolons and quotes arrives whole", async () => {
  await write("1_function", "create function twice(n int) returns text language plpgsql as $$ begin perform 1; return 'a;b' || n * 2; end $$;");
  await migrate(url, { folder });
  expect((await client.query("select twice(2)")).rows).toEqual([{ twice: "a;b4" }]);
});

test("a server that does not answer or refuses is named, without its password", async () => {
  const refused = await migrate("postgresql://someone:hidden@127.0.0.1:1/fleet").catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("fleet at 127.0.0.1:1"),
    hint: expect.stringContaining("DATABASE_URL"),
  });
  expect(String(refused)).not.toContain("hidden");
});
