import { stringify } from "csv-stringify/sync";

export type CsvValue = string | number | boolean | null | undefined;

/**
 * RFC 4180, first line with the columns' names. A text that a spreadsheet would take for a formula (it begins with =, +, -, @, tab or return)
 * gets an apostrophe before it: names and labels come from whoever holds a device.
 */
export function toCsv<T>(rows: readonly T[], columns: Readonly<Record<string, (row: T) => CsvValue>>): string {
  const records = rows.map((row) => Object.values(columns).map((cell) => cell(row)));
  return stringify([Object.keys(columns), ...records], {
    record_delimiter: "windows",
    escape_formulas: true,
    cast: { boolean: String },
  });
}
