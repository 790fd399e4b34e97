import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SallyportError } from "@/lib/base/errors";
import { isFile, type KeySource, keyReader, whereOf } from "./key-encryption";

/** Secrets made at first start live in DATA_DIR/secrets, mode 0600. A lost or wrong key is an error, never overwritten. */
export interface Secrets {
  /** AES-256-GCM under the key-encryption key: 12 bytes nonce, 16 bytes tag, ciphertext. */
  wrap(plain: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Throws `configuration` when neither the key nor the one before it fits. */
  unwrap(wrapped: Uint8Array): Buffer;
  /** Wrapped by the key that wraps now; false: by the one before it, or by another. */
  isCurrent(wrapped: Uint8Array): boolean;
  nextAuthSecret: string;
}

const folderOf = (dataDir: string) => path.join(dataDir, "secrets");

/** Where the key-encryption key is, and whether it is there. */
export function keyEncryptionKeyFile(dataDir: string): { path: string; exists(): boolean } {
  const file = path.join(folderOf(dataDir), "key-encryption-key");
  return { path: file, exists: () => existsSync(file) };
}

/** Prefer `openCheckedSecrets`, which knows whether the key fits the database. */
export function openSecrets(dataDir: string, source: KeySource = {}): Secrets {
  const folder = folderOf(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { path: file } = keyEncryptionKeyFile(dataDir);
  if (isFile(source)) readOrMake(file, () => randomBytes(32).toString("base64"));
  const keys = keyReader(file, source);
  const nextAuthSecret = readOrMake(path.join(folder, "nextauth-secret"), () => randomBytes(48).toString("base64url"));
  return {
    nextAuthSecret,
    wrap: (plain) => sealWith(keys().current, plain),
    isCurrent: (wrapped) => openWith(keys().current, wrapped) !== undefined,
    unwrap(wrapped) {
      // The file may have been replaced since: then it is read once more before anything is called wrong.
      for (const again of [false, true]) {
        const { current, previous } = keys({ again });
        const plain = openWith(current, wrapped) ?? (previous && openWith(previous, wrapped));
        if (plain) return plain;
      }
      throw new SallyportError("configuration", "The key-encryption key does not fit the database.", {
        hint: `${whereOf(file, source)}: it is another key. Restore the right one from your backup; nothing was overwritten.`,
      });
    },
  };
}

function sealWith(key: Buffer, plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 });
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
}

function openWith(key: Buffer, wrapped: Uint8Array): Buffer | undefined {
  const bytes = Buffer.from(wrapped);
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
  } catch {
    return undefined;
  }
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
