import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { toCsv } from "@/lib/base/csv";
import { SallyportError } from "@/lib/base/errors";
import { readImportFile } from "@/lib/domain/devices/import-file";
import { countOutcomes, type ImportResult, importPortions } from "@/lib/domain/devices/import-row";
import { exportDevices } from "@/lib/server/devices/export-devices";
import { importDevices } from "@/lib/server/devices/import-devices";
import { writeNewFile } from "../files";
import { commaList, given, type Io, leaf } from "../leaf";
import { printFacts } from "../output";

const REFUSED_SHOWN = 20;

/** Devices from a file and into one. */
export function deviceFileCommands(noun: Command, io: Io): void {
  leaf(noun, io, "import <file>", "add or change devices by name from CSV or JSON Lines; harmless to repeat", async ({ ctx, output, options, args }) => {
    const [name = ""] = args;
    const file = readImportFile(readText(name));
    if (file.problem !== undefined) throw new SallyportError("invalid_input", file.problem);
    const results: ImportResult[] = [...file.refused];
    for (const rows of importPortions(file.rows)) {
      results.push(...(await importDevices(ctx, { rows, dryRun: options.dryRun === true })).rows);
      if (output.terminal)
        output.writeError(`\r${results.length.toLocaleString("en")} of ${(file.rows.length + file.refused.length).toLocaleString("en")} rows`);
    }
    if (output.terminal) output.writeError("\n");
    results.sort((a, b) => a.line - b.line);
    if (typeof options.report === "string") writeNewFile(options.report, reportOf(results));
    const counts = countOutcomes(results);
    const refused = results.filter(({ outcome }) => outcome === "refused");
    if (counts.refused > 0) io.exitCode = 1;
    printFacts(
      output,
      { dryRun: options.dryRun === true, ...counts, ignored: file.ignored, refusedRows: refused },
      {
        ...(options.dryRun === true ? { "dry run": "nothing was written" } : {}),
        ...counts,
        ...(file.ignored.length > 0 ? { "columns left aside": file.ignored.join(", ") } : {}),
        ...Object.fromEntries(
          refused.slice(0, REFUSED_SHOWN).map(({ line, name: device, detail }) => [`line ${line}`, `${device ? `${device}: ` : ""}${detail}`]),
        ),
      },
    );
  })
    .option("--dry-run", "only say what would be done")
    .option("--report <file>", "every row with its outcome, as a new CSV file");

  leaf(
    noun,
    io,
    "export <file>",
    "the devices of a search as a new file: CSV, or JSON Lines when it ends in .jsonl",
    async ({ ctx, output, options, args }) => {
      const [file = ""] = args;
      const format = file.endsWith(".jsonl") ? ("jsonl" as const) : ("csv" as const);
      const { rows, text } = await exportDevices(ctx, { ...given(options, "q", "state", "lifecycle", "sort"), format });
      writeNewFile(file, text);
      printFacts(output, { file, rows }, { file, rows });
    },
  )
    .option("--q <query>", "in the query language (docs/query.md)")
    .option("--state <states>", "with commas", commaList)
    .option("--lifecycle <states>", "with commas", commaList)
    .option("--sort <sort>", "as in list");
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new SallyportError("invalid_input", `${file} cannot be read.`);
  }
}

const reportOf = (results: readonly ImportResult[]) =>
  toCsv(results, { line: (row) => row.line, name: (row) => row.name, outcome: (row) => row.outcome, detail: (row) => row.detail });
