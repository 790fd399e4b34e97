import { type Field, nearest } from "./field-catalogue";
import type { Operator, QueryValue } from "./query-ast";
import type { QueryProblem } from "./query-error";
import { readWhen } from "./read-when";
import { readVersion } from "./version";

/** What one value of a term asks of a thing: the value read for its field. Times in milliseconds. */
export type QueryTest =
  /** Has none. */
  | { is: "absent" }
  /** The whole text, whatever its case; `*` stands for any text when `wildcard` is set. */
  | { is: "text"; text: string; wildcard: boolean }
  | { is: "exactly"; text: string }
  | { is: "boolean"; value: boolean }
  | { is: "number"; operator: Operator; value: number }
  /** Compared by its numbers; `equal` also by its text. */
  | { is: "version"; operator: Operator; parts: number[]; text: string }
  /** So long ago, or ahead: `more` than that, or less. */
  | { is: "distance"; more: boolean; ms: number }
  /** At or after `from`, before `before`. */
  | { is: "between"; from: number | undefined; before: number | undefined };

/** Reads one value for its field, or says what is wrong with it. */
export function readTest(field: Field, term: { key: string | undefined; operator: Operator }, value: QueryValue): QueryTest | QueryProblem {
  const { key, operator } = term;
  const keyed = field.type === "tag" || field.type === "metric";
  if (key !== undefined && !keyed) return problem("wrong_operator", `${field.name} takes nothing behind a dot.`, `Write it like this: ${field.example}`);
  if (key === undefined && keyed && operator !== ":")
    return problem("missing_key", `It is not said which ${field.name}.`, `Write it like this: ${field.example}`);
  if (operator !== ":" && !comparable(field))
    return problem("wrong_operator", `${field.name} cannot be compared by ${operator}.`, `Write ${field.name}: and a value.`);
  if (!value.quoted && field.absent === value.text && operator === ":") return { is: "absent" };
  if (keyed && (key === undefined || field.type === "tag")) return asText(value);
  return READERS[field.type](field, operator, value);
}

const comparable = ({ type }: Field) => type === "time" || type === "number" || type === "version" || type === "metric";

const READERS: Record<Field["type"], (field: Field, operator: Operator, value: QueryValue) => QueryTest | QueryProblem> = {
  text: (_, __, value) => asText(value),
  tag: (_, __, value) => asText(value),
  id: (field, _, { text }) =>
    text.includes("*")
      ? problem("wrong_value", `${field.name} is matched whole, without a star.`, "To look for a part of it, write it without the field.")
      : { is: "exactly", text },
  enum: (field, _, { text }) => {
    const known = field.values ?? [];
    const value = known.find((one) => one === text.toLowerCase());
    if (value !== undefined) return { is: "exactly", text: value };
    const near = nearest(text, known);
    return problem("wrong_value", `${field.name} is never “${text}”.`, near ? `Did you mean ${near}?` : `It is one of: ${known.join(", ")}.`);
  },
  boolean: (field, _, { text }) => {
    const word = text.toLowerCase();
    if (word === "true" || word === "yes") return { is: "boolean", value: true };
    return word === "false" || word === "no"
      ? { is: "boolean", value: false }
      : problem("wrong_value", `${field.name} is true or false.`, `Write ${field.name}:true or ${field.name}:false`);
  },
  number: readNumber,
  metric: readNumber,
  version: (field, operator, value) => {
    if (operator === ":") {
      const parts = !value.quoted && /^v?[\d.]+$/i.test(value.text) ? readVersion(value.text) : undefined;
      return parts ? { is: "version", operator, parts, text: value.text } : asText(value);
    }
    const parts = readVersion(value.text);
    return parts
      ? { is: "version", operator, parts, text: value.text }
      : problem("wrong_value", "Versions are compared by their numbers.", `Write it like this: ${field.example}`);
  },
  time: (field, operator, { text }) => {
    const when = readWhen(text);
    if (when === undefined)
      return problem(
        "wrong_value",
        `“${text}” is no time.`,
        `Write 30m, 2h, 7d, or a date such as 2026-11-28${field.absent ? `, or ${field.name}:${field.absent}` : ""}.`,
      );
    if ("ms" in when)
      return operator === ":"
        ? problem("wrong_operator", "A length of time is compared with > or <.", `Write ${field.name}>${text} or ${field.name}<${text}`)
        : { is: "distance", more: operator.startsWith(">"), ms: when.ms };
    return { is: "between", ...RANGES[operator](when) };
  },
};

/** A date stands for its whole day, a minute for its whole minute. */
const RANGES: Record<Operator, (when: { from: number; before: number }) => { from: number | undefined; before: number | undefined }> = {
  ":": ({ from, before }) => ({ from, before }),
  ">": ({ before }) => ({ from: before, before: undefined }),
  ">=": ({ from }) => ({ from, before: undefined }),
  "<": ({ from }) => ({ from: undefined, before: from }),
  "<=": ({ before }) => ({ from: undefined, before }),
};

function readNumber(field: Field, operator: Operator, { text }: QueryValue): QueryTest | QueryProblem {
  return /^[+-]?\d{1,15}(\.\d{1,15})?(e[+-]?\d{1,2})?$/i.test(text)
    ? { is: "number", operator, value: Number(text) }
    : problem("wrong_value", `“${text}” is no number.`, `Write it like this: ${field.example}`);
}

const asText = ({ text, quoted }: QueryValue): QueryTest => ({ is: "text", text, wildcard: !quoted && text.includes("*") });

function problem(code: QueryProblem["code"], message: string, hint: string): QueryProblem {
  return { code, message, hint };
}
