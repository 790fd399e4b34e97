import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openSecrets, type Secrets } from "@/lib/server/secrets";

let secrets: Secrets | undefined;

/** Real secrets in a folder of this test process, removed when it ends. */
export function testSecrets(): Secrets {
  if (!secrets) {
    const folder = mkdtempSync(path.join(tmpdir(), "sallyport-secrets-"));
    secrets = openSecrets(folder);
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  }
  return secrets;
}
