import { randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { SallyportError } from "@/lib/base/errors";
import type { Database } from "../database/client";
import { PREVIOUS } from "../key-encryption";
import { keyEncryptionKeyFile, type Secrets } from "../secrets";

type Store = Pick<Database, "pool">;

/** Everything that the key-encryption key wraps: table, column, and what names a row. */
const WRAPPED = [
  { table: "content_key", column: "key_wrapped", id: "device_id || ' ' || version" },
  { table: "signing_key", column: "private_wrapped", id: "kid" },
  { table: "channel", column: "secret_wrapped", id: "id" },
  { table: "key_encryption_key", column: '"check"', id: "id::text" },
] as const;
const ROWS = 500;

/**
 * Wraps by the current key what the one before it has wrapped, while the product runs: a row at a time changes only if it is still
 * what was read, and every process can read both. May be repeated. Answers how many rows it wrapped anew.
 */
export async function rewrapAll({ pool }: Store, secrets: Secrets): Promise<number> {
  let rewrapped = 0;
  for (const { table, column, id } of WRAPPED)
    for (let last = ""; ; ) {
      const { rows } = await pool.query<{ id: string; wrapped: Buffer }>(
        `select ${id} as id, ${column} as wrapped from ${table} where ${column} is not null and ${id} > $1 order by ${id} limit ${ROWS}`,
        [last],
      );
      const old = rows.filter(({ wrapped }) => !secrets.isCurrent(wrapped));
      const { rowCount } = await pool.query(
        `update ${table} t set ${column} = n.fresh from unnest($1::text[], $2::bytea[], $3::bytea[]) as n(id, old, fresh) where ${id.replace(/^(device_id|kid|id)/, "t.$1").replace("|| version", "|| t.version")} = n.id and t.${column} = n.old`,
        [old.map((row) => row.id), old.map(({ wrapped }) => wrapped), old.map(({ wrapped }) => Buffer.from(secrets.wrap(secrets.unwrap(wrapped))))],
      );
      rewrapped += rowCount ?? 0;
      last = rows.at(-1)?.id ?? "";
      if (rows.length < ROWS) break;
    }
  return rewrapped;
}

/** Rows that still need the key before the current one. */
export async function countOld({ pool }: Store, secrets: Pick<Secrets, "isCurrent">): Promise<number> {
  let old = 0;
  for (const { table, column } of WRAPPED) {
    const { rows } = await pool.query<{ wrapped: Buffer }>(`select ${column} as wrapped from ${table} where ${column} is not null`);
    old += rows.filter(({ wrapped }) => !secrets.isCurrent(wrapped)).length;
  }
  return old;
}

/** Puts a fresh key in the place of the file's, which stays beside it as the previous one. Processes that run notice by themselves. */
export function replaceKeyFile(dataDir: string): void {
  const { path: file } = keyEncryptionKeyFile(dataDir);
  const previous = file + PREVIOUS;
  if (existsSync(previous) && readFileSync(previous, "utf8") !== readFileSync(file, "utf8"))
    throw new SallyportError("conflict", "The key before the current one is still there.", {
      hint: "Finish that change first: kek rewrap, then kek forget-previous.",
    });
  if (!existsSync(previous)) linkSync(file, previous);
  writeFileSync(`${file}.next`, randomBytes(32).toString("base64"), { mode: 0o600, flush: true });
  renameSync(`${file}.next`, file);
}

/** Removes the key before the current one. Throws `conflict` while anything needs it. */
export async function forgetPreviousFile(database: Store, secrets: Secrets, dataDir: string): Promise<void> {
  const old = await countOld(database, secrets);
  if (old > 0)
    throw new SallyportError("conflict", `${old} wrapped keys and secrets still need the key before the current one.`, { hint: "kek rewrap wraps them anew." });
  const previous = keyEncryptionKeyFile(dataDir).path + PREVIOUS;
  if (existsSync(previous)) unlinkSync(previous);
}
