// The few things done to a server as a whole, and the words that the CLI knows for what goes wrong with a connection.
import { randomUUID } from "node:crypto";
import pg from "pg";

/** `postgresql://…?schema=public` is Prisma's spelling; pg wants to hear nothing of it. */
export function connectionString(url) {
  const parsed = new URL(url);
  for (const name of ["schema", "connection_limit", "pool_timeout", "pgbouncer"]) parsed.searchParams.delete(name);
  return parsed.toString();
}

export function databaseName(url) {
  return decodeURIComponent(new URL(url).pathname.slice(1)) || "postgres";
}

function withDatabase(url, name) {
  const parsed = new URL(url);
  parsed.pathname = `/${encodeURIComponent(name)}`;
  return parsed.toString();
}

async function run(url, sql) {
  const client = new pg.Client({ connectionString: connectionString(url), connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => {});
  }
}

const quoted = (name) => pg.escapeIdentifier(name);

export const tryConnection = (url) => run(url, "select 1");
export const createDatabase = (url) => run(withDatabase(url, "postgres"), `create database ${quoted(databaseName(url))}`);
export const dropDatabase = (url) => run(withDatabase(url, "postgres"), `drop database if exists ${quoted(databaseName(url))} with (force)`);

/** A database of its own beside the one of `url`, to replay migrations in. `drop` must be called when done. */
export async function makeShadow(url) {
  const shadowUrl = withDatabase(url, `prisma_migrate_shadow_db_${randomUUID()}`);
  await run(url, `create database ${quoted(databaseName(shadowUrl))} template template0`);
  return { url: shadowUrl, drop: () => run(url, `drop database if exists ${quoted(databaseName(shadowUrl))} with (force)`) };
}

/** Prisma's code and sentence for an error: P1000 password, P1001 unreachable, P1003 no such database, P1010 not allowed. */
export function connectionProblem(error, url) {
  const code = error?.code ?? error?.cause?.originalCode;
  const where = url ? new URL(url) : undefined;
  if (code === "28P01") return { code: "P1000", message: `Authentication failed against the database server for user \`${where?.username}\`.` };
  if (code === "3D000") return { code: "P1003", message: `Database \`${where ? databaseName(url) : ""}\` does not exist.` };
  if (code === "42P04") return { code: "P1009", message: `Database \`${where ? databaseName(url) : ""}\` already exists.` };
  if (code === "28000" || code === "42501") return { code: "P1010", message: error.message };
  if (["ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "ECONNRESET"].includes(code))
    return { code: "P1001", message: `Can't reach database server at \`${where?.hostname}:${where?.port || 5432}\`.` };
  return { code: typeof code === "string" && /^P\d{4}$/.test(code) ? code : null, message: String(error?.message ?? error) };
}
