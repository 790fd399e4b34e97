import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";

const root = path.resolve(import.meta.dirname, "..");
let db: TestDatabase;
let folder: string;
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "sallyport-drift-"));
});
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the Prisma CLI on the test database; answers its exit code and what it said. */
function prisma(...args: string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env, DATABASE_URL: db.url, CHECKPOINT_DISABLE: "1", npm_config_loglevel: "silent" };
  return new Promise((resolve) => {
    execFile(path.join(root, "node_modules/.bin/prisma"), args, { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
    });
  });
}

const drift = (schema: string) => prisma("migrate", "diff", "--from-migrations", "prisma/migrations", "--to-schema", schema, "--exit-code");

test("the migrations make what the schema says", async () => {
  const { code, output } = await drift("prisma/schema.prisma");
  expect(code, output).toBe(0);
});

test("a schema that went on without a migration is caught", async () => {
  const schema = path.join(folder, "schema.prisma");
  const text = await readFile(path.join(root, "prisma/schema.prisma"), "utf8");
  await writeFile(schema, text.replace("model Fleet {", "model Fleet {\n  planted String?"));
  const { code, output } = await drift(schema);
  expect(code, output).toBe(2);
  expect(output).toContain("planted");
});

test("a database migrated by the product reads as up to date to Prisma", async () => {
  const { code, output } = await prisma("migrate", "status");
  expect(code, output).toBe(0);
  expect(output).toContain("up to date");
});
