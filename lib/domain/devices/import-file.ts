import { type CsvLine, CsvProblem, fromCsv } from "@/lib/base/csv-read";
import { IMPORT_MOST_ROWS, type ImportResult, type ImportRow, importRowSchema } from "./import-row";

export interface ImportFile {
  rows: ImportRow[];
  /** Lines that cannot be read, as results: they are told with those of the server. */
  refused: ImportResult[];
  /** Columns that say nothing here. */
  ignored: string[];
  /** Why nothing of it can be read. */
  problem: string | undefined;
}

const COLUMNS = ["name", "site", "profile", "gateway", "note"] as const;
const TAG = /^tag:([a-z0-9_-]{1,32})$/;

/**
 * Devices from CSV (columns name, site, profile, gateway, note and tag:KEY, in any order) or JSON Lines (an object with these and `tags` on each
 * line). An empty cell says nothing. Never throws: what cannot be read is told with its line.
 */
export function readImportFile(text: string): ImportFile {
  const file = text
    .replace(/^\uFEFF/, "")
    .trimStart()
    .startsWith("{")
    ? readJsonLines(text)
    : readCsv(text);
  if (file.rows.length + file.refused.length > IMPORT_MOST_ROWS)
    return { ...empty(), problem: `The file has more than ${IMPORT_MOST_ROWS.toLocaleString("en")} rows. Take it apart.` };
  return file.problem === undefined ? withoutRepeats(file) : file;
}

const empty = (): ImportFile => ({ rows: [], refused: [], ignored: [], problem: undefined });

function readCsv(text: string): ImportFile {
  let read: ReturnType<typeof fromCsv>;
  try {
    read = fromCsv(text);
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    return { ...empty(), problem: `This cannot be read as CSV: ${error.message}` };
  }
  const { columns, lines } = read;
  if (!columns.includes("name")) return { ...empty(), problem: "The first line has no column called name." };
  const known = (column: string) => (COLUMNS as readonly string[]).includes(column) || TAG.test(column);
  const file = { ...empty(), ignored: columns.filter((column) => !known(column)) };
  for (const line of lines) take(file, line.line, cells(line));
  return file;
}

function cells({ values }: CsvLine): object {
  const given = Object.entries(values).filter(([, value]) => value.trim() !== "");
  const tags = given.flatMap(([column, value]) => {
    const key = TAG.exec(column)?.[1];
    return key === undefined ? [] : [[key, value] as const];
  });
  return { ...Object.fromEntries(given.filter(([column]) => (COLUMNS as readonly string[]).includes(column))), tags: Object.fromEntries(tags) };
}

function readJsonLines(text: string): ImportFile {
  const file = empty();
  const ignored = new Set<string>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (line.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      value = undefined;
    }
    if (value === null || typeof value !== "object" || Array.isArray(value)) file.refused.push(refusal(index + 1, "", "This line is no JSON object."));
    else {
      for (const key of Object.keys(value)) if (!(COLUMNS as readonly string[]).includes(key) && key !== "tags") ignored.add(key);
      take(file, index + 1, value);
    }
  }
  return { ...file, ignored: [...ignored] };
}

function take(file: ImportFile, line: number, value: object): void {
  const parsed = importRowSchema.safeParse({ ...value, line });
  if (parsed.success) file.rows.push(parsed.data);
  else {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join(".") ?? "";
    const name = "name" in value && typeof value.name === "string" ? value.name : "";
    file.refused.push(refusal(line, name, name === "" ? "It has no name." : `${where}: ${issue?.message ?? "cannot be read"}`));
  }
}

/** Two rows of one device would undo each other: the first counts. */
function withoutRepeats(file: ImportFile): ImportFile {
  const first = new Map<string, number>();
  const rows: ImportRow[] = [];
  const refused = [...file.refused];
  for (const row of file.rows) {
    const before = first.get(row.name);
    if (before !== undefined) refused.push(refusal(row.line, row.name, `Line ${before} is about the same device.`));
    else {
      first.set(row.name, row.line);
      rows.push(row);
    }
  }
  return { ...file, rows, refused: refused.toSorted((a, b) => a.line - b.line) };
}

const refusal = (line: number, name: string, detail: string): ImportResult => ({ line, name, outcome: "refused", detail });
