import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const processSchema = z.object({ pid: z.number().int(), born: z.string(), restarts: z.number().int().default(0) });

/** DATA_DIR/run.json: what runs on this folder now. Scripts and tests find processes, ports and addresses here. */
const runFileSchema = z.object({
  mode: z.enum(["start", "dev", "demo"]),
  startedAt: z.iso.datetime(),
  /** False until everything serves. */
  ready: z.boolean(),
  supervisor: processSchema,
  /** By name: postgres, broker, worker, web, and in a demo simulator and agent. */
  processes: z.record(z.string(), processSchema),
  /** By the variable that sets it: PORT, MQTT_PORT ... */
  ports: z.record(z.string(), z.number().int()),
  url: z.string(),
});
export type RunFile = z.output<typeof runFileSchema>;

const fileOf = (dataDir: string) => path.join(dataDir, "run.json");

/** Undefined when nothing runs, or the file is not one of ours. */
export function readRunFile(dataDir: string): RunFile | undefined {
  try {
    return runFileSchema.parse(JSON.parse(readFileSync(fileOf(dataDir), "utf8")));
  } catch {
    return undefined;
  }
}

/** Readers see the old file or the new one, never a part. */
export function writeRunFile(dataDir: string, run: RunFile): void {
  const fresh = `${fileOf(dataDir)}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, fileOf(dataDir));
}

export function removeRunFile(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
}
