import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const runFileSchema = z.object({
  ready: z.boolean(),
  url: z.string(),
  processes: z.record(z.string(), z.object({ pid: z.number(), restarts: z.number() })),
});
export type RunFile = z.output<typeof runFileSchema>;

/** DATA_DIR/run.json: what the supervisor says it runs. Undefined while there is none. */
export function readRunFile(dataDir: string): RunFile | undefined {
  try {
    return runFileSchema.parse(JSON.parse(readFileSync(path.join(dataDir, "run.json"), "utf8")));
  } catch {
    return undefined;
  }
}
