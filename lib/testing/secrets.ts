import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openSecrets, type Secrets } from "@/lib/server/secrets";

let secrets: Secrets | undefined;

/** Real secrets of this test process. They are in memory once opened: the folder goes at once, however the process ends. */
export function testSecrets(): Secrets {
  if (!secrets) {
    const folder = mkdtempSync(path.join(tmpdir(), "sallyport-secrets-"));
    try {
      secrets = openSecrets(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return secrets;
}
