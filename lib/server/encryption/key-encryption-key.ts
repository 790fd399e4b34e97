import { SallyportError } from "@/lib/base/errors";
import type { Database } from "../database/client";
import { isFile, type KeySource } from "../key-encryption";
import { keyEncryptionKeyFile, openSecrets, type Secrets } from "../secrets";

const CHECK = Buffer.from("sallyport key-encryption key");

/**
 * Opens the secrets of this installation and proves that its key-encryption key is the one the database was written with.
 * Throws `configuration` when it is another one, or is gone while the database holds what only it can unwrap; makes one only for
 * an installation that has none. Nothing is overwritten either way.
 */
export async function openCheckedSecrets(database: Pick<Database, "pool">, dataDir: string, source: KeySource = {}): Promise<Secrets> {
  const file = keyEncryptionKeyFile(dataDir);
  const proof = await findProof(database);
  if (proof && isFile(source) && !file.exists())
    throw new SallyportError("configuration", `The key-encryption key is gone: ${file.path} is not there.`, {
      hint: "Content keys, signing keys and webhook secrets in the database can be read with it only. Restore it from your backup; nothing was overwritten.",
    });
  const secrets = openSecrets(dataDir, source);
  if (proof) secrets.unwrap(proof);
  await database.pool.query(`insert into key_encryption_key (id, "check") values (1, $1) on conflict (id) do nothing`, [secrets.wrap(CHECK)]);
  return secrets;
}

/** Something that was wrapped before: the check value or, in an installation older than it, a signing key. */
async function findProof({ pool }: Pick<Database, "pool">): Promise<Buffer | undefined> {
  const { rows } = await pool.query<{ wrapped: Buffer }>(
    `select wrapped from (select 0 as rank, "check" as wrapped from key_encryption_key
     union all select 1, private_wrapped from signing_key where private_wrapped is not null) proofs order by rank limit 1`,
  );
  return rows[0]?.wrapped;
}
