import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { type Database, openDatabase } from "@/lib/server/database/client";

/** Must equal the name in global-postgres.ts, which runs in another process. */
const TEMPLATE = "sallyport_template";

export interface TestDatabase {
  /** For whatever opens connections of its own (listeners, child processes). */
  url: string;
  database: Database;
  /** Closes the connections and drops the database, other people's connections included. */
  close(): Promise<void>;
}

/** A fresh, migrated, empty database: one per test file, in `beforeAll`. Only in `*.integration.test.ts`. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `test_${randomBytes(8).toString("hex")}`;
  await run(server, `create database ${name} template ${TEMPLATE}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = openDatabase(url.href);
  return {
    url: url.href,
    database,
    async close() {
      await database.close();
      await run(server, `drop database if exists ${name} with (force)`);
    },
  };
}

async function run(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
