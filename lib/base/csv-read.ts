import { CsvError, parse } from "csv-parse/browser/esm/sync";

export interface CsvLine {
  /** Where it begins in the file; the first line, with the columns' names, is 1. */
  line: number;
  values: Record<string, string>;
}

/** RFC 4180, with or without a byte order mark; comma or semicolon, as the first line has it. Throws `CsvProblem` where it cannot be read. */
export function fromCsv(text: string): { columns: string[]; lines: CsvLine[] } {
  const lined = text.replace(/\r\n?/g, "\n");
  const head = lined.split("\n", 1)[0] ?? "";
  const delimiter = head.includes(";") && !head.includes(",") ? ";" : ",";
  let columns: string[] = [];
  try {
    const records = parse(lined, {
      bom: true,
      delimiter,
      columns: (names: string[]) => {
        columns = names.map((name) => name.trim().toLowerCase());
        return columns;
      },
      skip_empty_lines: true,
      relax_column_count_less: true,
      info: true,
    }) as unknown as { record: Record<string, string>; info: { lines: number; empty_lines: number } }[];
    // `info` counts to the end of the record: it begins behind the one before, and behind the empty lines between them.
    let before = { lines: 1, empty_lines: 0 };
    const lines = records.map(({ record, info }) => {
      const line = before.lines + 1 + info.empty_lines - before.empty_lines;
      before = info;
      return { line, values: Object.fromEntries(Object.entries(record).map(([key, value]) => [key, unescaped(value ?? "")])) };
    });
    return { columns, lines };
  } catch (error) {
    if (error instanceof CsvError) throw new CsvProblem(error.message.replace(/\s+/g, " "));
    throw error;
  }
}

export class CsvProblem extends Error {}

/** `toCsv` puts an apostrophe before what a spreadsheet would run; here it goes again. */
const unescaped = (value: string) => value.replace(/^'(?=[=+\-@\t\r＝＋－＠])/, "");
