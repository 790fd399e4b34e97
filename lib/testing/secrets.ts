import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openSecrets, type Secrets } from "@/lib/server/secrets";

let secrets: Secrets | undefined;

/** Real secrets, the same ones for the whole test process. They are in memory once opened: the folder does not stay. */
export function testSecrets(): Secrets {
  if (!secrets) {
    const folder = mkdtempSync(path.join(tmpdir(), "sallyport-secrets-"));
    secrets = openSecrets(folder);
    rmSync(folder, { recursive: true, force: true });
  }
  return secrets;
}
