import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";

/** Where the supervisor puts the agent as one file, for devices to fetch. */
export const agentFile = (dataDir: string): string => path.resolve(dataDir, "agent/sallyport-agent.mjs");

interface AgentFile {
  text: string;
  /** Hexadecimal, as `sha256sum` writes it. */
  sha256: string;
}

let known: (AgentFile & { key: string }) | undefined;

/** The file as it is now; undefined while there is none. */
export async function readAgentFile(dataDir: string): Promise<AgentFile | undefined> {
  const file = agentFile(dataDir);
  try {
    const { mtimeMs, size } = await stat(file);
    const key = `${file} ${mtimeMs} ${size}`;
    if (known?.key !== key) {
      const text = await readFile(file, "utf8");
      known = { key, text, sha256: createHash("sha256").update(text).digest("hex") };
    }
    return known;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
