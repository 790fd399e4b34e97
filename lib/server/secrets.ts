import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SallyportError } from "@/lib/base/errors";

/** Secrets made at first start live in DATA_DIR/secrets, mode 0600. A lost or wrong key is an error, never overwritten. */
export interface Secrets {
  /** AES-256-GCM under the key-encryption key: 12 bytes nonce, 16 bytes tag, ciphertext. */
  wrap(plain: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Throws `configuration` when the key does not fit. */
  unwrap(wrapped: Uint8Array): Buffer;
  nextAuthSecret: string;
}

const folderOf = (dataDir: string) => path.join(dataDir, "secrets");

/** Where the key-encryption key is, and whether it is there. */
export function keyEncryptionKeyFile(dataDir: string): { path: string; exists(): boolean } {
  const file = path.join(folderOf(dataDir), "key-encryption-key");
  return { path: file, exists: () => existsSync(file) };
}

/** Prefer `openCheckedSecrets`, which knows whether the key fits the database. */
export function openSecrets(dataDir: string): Secrets {
  const folder = folderOf(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kek = Buffer.from(
    readOrMake(keyEncryptionKeyFile(dataDir).path, () => randomBytes(32).toString("base64")),
    "base64",
  );
  if (kek.length !== 32)
    throw new SallyportError("configuration", `${folder}/key-encryption-key does not hold 32 bytes.`, {
      hint: "Restore it from your backup; nothing was overwritten.",
    });
  const nextAuthSecret = readOrMake(path.join(folder, "nextauth-secret"), () => randomBytes(48).toString("base64url"));
  return {
    nextAuthSecret,
    wrap(plain) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", kek, nonce, { authTagLength: 16 });
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
      return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
    },
    unwrap(wrapped) {
      const bytes = Buffer.from(wrapped);
      try {
        const decipher = createDecipheriv("aes-256-gcm", kek, bytes.subarray(0, 12), { authTagLength: 16 });
        decipher.setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
      } catch (cause) {
        throw new SallyportError("configuration", "The key-encryption key does not fit the database.", {
          hint: `Restore ${folder}/key-encryption-key from your backup; nothing was overwritten.`,
          cause,
        });
      }
    },
  };
}

/** Several processes may start at once: a hard link can be made by one of them only, and all read what that one wrote. */
function readOrMake(file: string, make: () => string): string {
  if (!existsSync(file)) {
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, make(), { mode: 0o600 });
    try {
      linkSync(fresh, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      unlinkSync(fresh);
    }
  }
  return readFileSync(file, "utf8").trim();
}
