import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { readOwnToken } from "@/device/agent/connection/own-token";

/** DATA_DIR/demo: what simulator and agent are started with. Tokens stand in them, hence 0600. */
export function demoFiles(dataDir: string) {
  const folder = path.join(dataDir, "demo");
  return {
    folder,
    simulator: path.join(folder, "simulator.json"),
    agent: path.join(folder, "agent.json"),
    ledger: path.join(folder, "ledger.jsonl"),
    keys: path.join(folder, "keys"),
  };
}

export function writeDemoFile(file: string, content: object): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const keptSchema = z.object({
  token: z.string().optional(),
  devices: z.array(z.object({ token: z.string().nullable() })).optional(),
});

/** Tokens that an earlier start was given, by their id (jti). Files that are not there or not ours have none. */
export function readKeptTokens(files: { simulator: string; agent: string }): Map<string, string> {
  const kept = new Map<string, string>();
  for (const file of [files.simulator, files.agent]) {
    for (const token of tokensIn(file)) {
      const { tokenId } = readOwnToken(token);
      if (tokenId !== undefined) kept.set(tokenId, token);
    }
  }
  return kept;
}

function tokensIn(file: string): string[] {
  try {
    const { token, devices = [] } = keptSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return [token, ...devices.map((device) => device.token)].filter((one) => typeof one === "string");
  } catch {
    return [];
  }
}
