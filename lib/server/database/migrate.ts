import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";
import { SallyportError } from "@/lib/base/errors";
import type { Logger } from "@/lib/base/log";

const MIGRATIONS = path.resolve(import.meta.dirname, "../../../prisma/migrations");

/** The lock that `prisma migrate` takes too: whoever comes second waits and then finds nothing to do. */
const LOCK = 72707369;

/** As Prisma makes it, so that `prisma migrate deploy` and `status` go on from here, and we from there. */
const HISTORY_TABLE = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface MigrateOptions {
  log?: Pick<Logger, "info" | "warn">;
  /** Folder of `<name>/migration.sql`. Default: the product's own. */
  folder?: string;
}

/** Applies what is missing, in order. Answers with the names of what it applied. Stops at an earlier failure, as Prisma does. */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(options.folder ?? MIGRATIONS);
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect().catch((cause: unknown) => {
    throw unreachable(url, cause);
  });
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    await client.query(HISTORY_TABLE);
    const finished = await readHistory(client);
    const applied: string[] = [];
    for (const migration of migrations) {
      const checksum = finished.get(migration.name);
      if (checksum === undefined) {
        await apply(client, migration);
        applied.push(migration.name);
        options.log?.info({ migration: migration.name }, "migration applied");
      } else if (checksum !== migration.checksum) options.log?.warn({ migration: migration.name }, "this migration was changed after it was applied");
      finished.delete(migration.name);
    }
    for (const name of finished.keys()) options.log?.warn({ migration: name }, "the database has a migration that this version does not know");
    return { applied };
  } finally {
    // Ending the connection gives the lock back, whatever happened.
    await client.end().catch(() => {});
  }
}

/** Names the server, never the password. */
function unreachable(url: string, cause: unknown): SallyportError {
  const { hostname, port, pathname } = new URL(url);
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SallyportError("unavailable", `Cannot use the database ${pathname.slice(1)} at ${hostname}:${port || 5432}: ${why}`, {
    hint: "Check DATABASE_URL, and that the server runs, has this database and lets this user in.",
    cause,
  });
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(path.join(folder, name, "migration.sql"));
      return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
    }),
  );
}

/** Checksums of the finished migrations by name. */
async function readHistory(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string; finished: boolean; logs: string | null }>(
    `select migration_name as name, checksum, finished_at is not null as finished, logs
     from _prisma_migrations where rolled_back_at is null order by started_at`,
  );
  const failed = rows.find((row) => !row.finished);
  if (failed)
    throw new SallyportError("configuration", `The database migration ${failed.name} failed earlier: ${failed.logs?.split("\n")[0] ?? "no log"}`, {
      hint: `Put right what it names, then: npx prisma migrate resolve --rolled-back ${failed.name}`,
    });
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

/** One simple query runs the file in a transaction of its own: all of it or nothing. */
async function apply(client: Client, migration: Migration): Promise<void> {
  const id = randomUUID();
  await client.query("insert into _prisma_migrations (id, checksum, migration_name) values ($1, $2, $3)", [id, migration.checksum, migration.name]);
  try {
    await client.query(migration.sql);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    await client.query("update _prisma_migrations set logs = $2 where id = $1", [id, message]).catch(() => {});
    throw new SallyportError("configuration", `The database migration ${migration.name} failed: ${message}`, { cause });
  }
  await client.query("update _prisma_migrations set finished_at = clock_timestamp(), applied_steps_count = 1 where id = $1", [id]);
}
