import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import type { Benchmark } from "./support/benchmark";

// `npm run bench <name> [-- --json]`: bench/<name>.ts, measured now, on this machine.
const FOLDER = import.meta.dirname;

/** Files that hold a benchmark; others in the folder are tools of their own. */
function names(): string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".ts"));
  return files.filter((file) => readFileSync(path.join(FOLDER, file), "utf8").match(/^export default/m)).map((file) => path.basename(file, ".ts"));
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean", default: false } } });
  const [name = "", ...args] = positionals;
  if (!names().includes(name)) throw new Error(`Use: npm run bench <name> [-- --json]. Names: ${names().join(", ")}`);
  const { default: benchmark } = (await import(`./${name}.ts`)) as { default: Benchmark };
  const figures = await benchmark({ args, say: (text) => void process.stderr.write(`${text}\n`) });
  if (values.json) return void process.stdout.write(`${JSON.stringify(figures)}\n`);
  const table = new Table({ head: [name, ""], style: { head: [], border: [] }, colAligns: ["left", "right"] });
  for (const [key, figure] of Object.entries(figures)) table.push([key, figure.toLocaleString("en", { maximumFractionDigits: 3 })]);
  process.stdout.write(`${table.toString()}\n`);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
