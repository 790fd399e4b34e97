import { styleText } from "node:util";
import Table from "cli-table3";
import { toPublicError } from "@/lib/base/errors";

/** Where a command writes, and for whom: people, or programs (`json`). */
export interface Output {
  json: boolean;
  /** Colours and lines are for terminals, and for people who want them (NO_COLOR). */
  terminal: boolean;
  write(text: string): void;
  writeError(text: string): void;
}

export type Cell = string | number | boolean | null | undefined;

/** Anything that could act on a terminal is shown, not sent. */
const harmless = (value: Cell): string => (value === null || value === undefined ? "" : String(value)).replace(/[\p{Cc}\p{Cf}]/gu, "�");

const NO_LINES = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
    "middle",
  ].map((name) => [name, ""]),
);

/** A list as a table; as one line of JSON for programs, exactly as the API answers it. */
export function printList<T>(output: Output, page: { items: T[]; nextCursor: string | null; total: number }, columns: Record<string, (item: T) => Cell>): void {
  if (output.json) printJson(output, page);
  else if (page.items.length === 0) output.write("Nothing there.\n");
  else printTable(output, page, columns);
}

function printTable<T>(output: Output, page: { items: T[]; nextCursor: string | null; total: number }, columns: Record<string, (item: T) => Cell>): void {
  const heads = Object.keys(columns);
  const lines = output.terminal ? {} : { chars: NO_LINES };
  const table = new Table({
    head: output.terminal ? heads.map((head) => styleText("bold", head)) : heads,
    style: { head: [], border: [], "padding-left": output.terminal ? 1 : 0, "padding-right": 2 },
    ...lines,
  });
  for (const item of page.items) table.push(Object.values(columns).map((cell) => harmless(cell(item))));
  output.write(`${trimmed(table.toString())}\n`);
  if (page.nextCursor !== null) output.write(`${page.items.length} of ${page.total}; more: --cursor ${page.nextCursor}\n`);
}

/** One thing as lines of name and value; as one line of JSON for programs. */
export function printFacts(output: Output, value: object, facts: Record<string, Cell>): void {
  if (output.json) {
    printJson(output, value);
    return;
  }
  const width = Math.max(...Object.keys(facts).map((name) => name.length));
  for (const [name, fact] of Object.entries(facts)) {
    const label = name.padEnd(width + 2);
    output.write(`${output.terminal ? styleText("dim", label) : label}${harmless(fact)}\n`);
  }
}

export function printJson(output: Output, value: object): void {
  output.write(`${JSON.stringify(value)}\n`);
}

/** What went wrong and what to do, on the error stream. Bugs show their stack to people: this is the machine's own administrator. */
export function printError(output: Output, thrown: unknown): void {
  const { code, message, hint, fields, cause } = toPublicError(thrown);
  if (output.json) {
    const error = { code, message, ...(hint ? { hint } : {}), ...(fields.length > 0 ? { fields } : {}) };
    output.writeError(`${JSON.stringify({ error })}\n`);
    return;
  }
  output.writeError(`${output.terminal ? styleText("red", message) : message}\n`);
  if (hint) output.writeError(`${hint}\n`);
  if (code === "internal" && cause instanceof Error) output.writeError(`${cause.stack}\n`);
}

const trimmed = (text: string): string => text.replace(/[ \t]+$/gm, "");
