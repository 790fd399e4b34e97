import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { keyEncryptionKeyFile, openSecrets, type Secrets } from "@/lib/server/secrets";

let secrets: Secrets | undefined;
let keyEncryptionKey = "";

/** Real secrets, the same ones for the whole test process. They are in memory once opened: the folder does not stay. */
export function testSecrets(): Secrets {
  if (!secrets) {
    const folder = mkdtempSync(path.join(tmpdir(), "sallyport-secrets-"));
    secrets = openSecrets(folder);
    keyEncryptionKey = readFileSync(keyEncryptionKeyFile(folder).path, "utf8");
    rmSync(folder, { recursive: true, force: true });
  }
  return secrets;
}

/** The same secrets in a DATA_DIR, for processes of the product that a test starts on its database. */
export function writeTestSecrets(dataDir: string): void {
  testSecrets();
  const { path: file } = keyEncryptionKeyFile(dataDir);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, keyEncryptionKey, { mode: 0o600 });
}
