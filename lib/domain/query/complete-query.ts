import { type Catalogue, type Field, fieldNamed } from "./field-catalogue";
import { asWritten } from "./print-query";

/** What may come next at the caret. `insert` takes the place of the text from `start` to `end`. */
export interface Completion {
  start: number;
  end: number;
  insert: string;
  label: string;
  detail: string;
}

/** Live values that could be completed at the caret: the server knows them. */
export interface WantedValues {
  field: string;
  key: string | undefined;
  prefix: string;
}

interface Piece {
  /** Where the text that would be replaced begins. */
  start: number;
  prefix: string;
  field: Field | undefined;
  key: string | undefined;
  /** The key behind the dot is being written, or the value behind the operator; else the field's name. */
  part: "field" | "key" | "value";
}

const TIMES = ["10m", "1h", "24h", "7d", "30d"];
const LIVE = new Set(["name", "site", "profile", "firmware", "tag", "metric"]);

/** Runs that nothing ends, quotes in them whole; the last quote may still be open. */
const PIECE = /(?:[^\s()"]|"(?:[^"\\]|\\.)*(?:"|$))+/gsu;
const VALUE = /(?:[^,"]|"(?:[^"\\]|\\.)*(?:"|$))+/gsu;

/** The run that reaches the end of the text; empty when none does. */
function lastRun(run: RegExp, text: string): string {
  const last = [...text.matchAll(run)].at(-1);
  return last && last.index + last[0].length === text.length ? last[0] : "";
}

/** What is being written where the caret stands: the last piece that no space, parenthesis or quote has ended. */
function pieceAt(text: string, caret: number, catalogue: Catalogue): Piece {
  const before = text.slice(0, caret);
  const piece = lastRun(PIECE, before);
  const minus = /^-(?=.)/su.test(piece) ? 1 : 0;
  const rest = piece.slice(minus);
  const start = caret - rest.length;
  const [, name = "", , key, operator, values = ""] = /^([A-Za-z_][\w-]*)(\.([^:<>="]*))?(:(?:>=|<=|>|<)?|>=|<=|>|<)?(.*)$/su.exec(rest) ?? [];
  const field = fieldNamed(catalogue, name);
  if (field && operator !== undefined) {
    const last = lastRun(VALUE, values);
    return { start: caret - last.length, prefix: last.replace(/^"/, "").replace(/\\(["\\])/g, "$1"), field, key, part: "value" };
  }
  if (field && key !== undefined && (field.type === "tag" || field.type === "metric"))
    return { start: caret - key.length, prefix: key, field, key: undefined, part: "key" };
  return { start, prefix: rest, field: undefined, key: undefined, part: "field" };
}

/** Which values of which field would help here; undefined when the catalogue says it all. */
export function wantedValues(text: string, caret: number, catalogue: Catalogue): WantedValues | undefined {
  const { field, key, prefix, part } = pieceAt(text, caret, catalogue);
  if (!field || !LIVE.has(field.name)) return undefined;
  if (part === "value" && field.type === "metric" && key !== undefined) return undefined;
  return { field: field.name, key: key === "" ? undefined : key, prefix };
}

/** Fields that begin like this, or the values of the field that is being written. `live` are those of `wantedValues`. */
export function completionsAt(text: string, caret: number, catalogue: Catalogue, live: readonly string[]): Completion[] {
  const piece = pieceAt(text, caret, catalogue);
  const { start, prefix, field, part } = piece;
  const end = caret;
  const fits = (name: string) => name.toLowerCase().startsWith(prefix.toLowerCase());
  if (part === "field")
    return catalogue.fields
      .filter(({ name }) => fits(name))
      .map(({ name, type, help }) => ({ start, end, insert: name + opening(type), label: name + opening(type), detail: help }));
  if (!field) return [];
  if (part === "key") {
    const sign = field.type === "metric" ? ">" : ":";
    return live.map((key) => ({ start, end, insert: `${key}${sign}`, label: `${field.name}.${key}${sign}`, detail: field.help }));
  }
  const words = [...(field.values ?? []), ...(field.type === "boolean" ? ["true", "false"] : []), ...(field.type === "time" ? TIMES : [])].filter(fits);
  const absent = field.absent !== undefined && fits(field.absent) ? [field.absent] : [];
  return [
    ...[...words, ...absent].map((word) => ({ start, end, insert: `${word} `, label: word, detail: "" })),
    ...live.map((value) => ({ start, end, insert: `${asWritten(value)} `, label: value, detail: "" })),
  ];
}

const opening = (type: Field["type"]) => (type === "metric" || type === "tag" ? "." : type === "time" || type === "number" ? ">" : ":");
