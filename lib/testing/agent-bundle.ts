import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundleAgent } from "@/services/supervisor/bundle-agent";

/** The agent as one file, alone in a folder of its own. It starts several times faster than from the sources. */
export async function agentBundle(): Promise<{ file: string; folder: string; remove(): void }> {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-bundle-"));
  const file = path.join(folder, "sallyport-agent.mjs");
  await bundleAgent(file);
  return { file, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
