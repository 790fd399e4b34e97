import type { Operator, QueryValue } from "./query-ast";
import { QueryError, type QueryProblem } from "./query-error";

interface Place {
  start: number;
  /** Exclusive. */
  end: number;
}

export interface TermToken extends Place {
  kind: "term";
  field: string;
  fieldEnd: number;
  key: string | undefined;
  operator: Operator;
  values: (QueryValue & Place)[];
}

export type QueryToken = (Place & { kind: "(" | ")" | "or" | "and" | "not" }) | (Place & { kind: "text"; value: QueryValue }) | TermToken;

const WORDS = { OR: "or", AND: "and", NOT: "not" } as const;
/** A field, perhaps with a key behind a dot, in front of an operator: nothing else is taken for a term. */
const FIELD = /([A-Za-z_][\w-]*)(?:\.(?:([^\s:<>=(),"]+)|"((?:[^"\\]|\\["\\])*)"))?(:(?:>=|<=|>|<)?|>=|<=|>|<)/uy;
const BARE_VALUE = /[^\s(),"]+/uy;
const BARE_WORD = /[^\s()"]+/uy;
const QUOTED = /"((?:[^"\\]|\\.)*)"/suy;
const SPACE = /\s+/uy;

/** Cuts a query into tokens. Throws QueryError. */
export function lexQuery(text: string): QueryToken[] {
  const bad = /[^\P{Cc}\t\n\r]|\p{Cs}/u.exec(text);
  if (bad) throw failed(bad.index, bad.index + 1, "bad_character", "This is no printable character.", "Remove it.");
  const tokens: QueryToken[] = [];
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const token = readToken(text, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

const skipSpace = (text: string, at: number) => at + (match(SPACE, text, at)?.[0].length ?? 0);

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function readToken(text: string, at: number): QueryToken {
  const character = text[at];
  if (character === "(" || character === ")") return { kind: character, start: at, end: at + 1 };
  // A minus negates what follows at once; alone or doubled it is a word.
  if (character === "-" && /[^\s)-]/.test(text[at + 1] ?? " ")) return { kind: "not", start: at, end: at + 1 };
  if (character === '"') {
    const { end, ...value } = readQuoted(text, at);
    return { kind: "text", value: { text: value.text, quoted: true }, start: at, end: endOfValue(text, end, false) };
  }
  const field = match(FIELD, text, at);
  if (field) return readTerm(text, at, field);
  const word = match(BARE_WORD, text, at)?.[0] ?? "";
  const place = { start: at, end: at + word.length };
  const kind = Object.hasOwn(WORDS, word) ? WORDS[word as keyof typeof WORDS] : undefined;
  return kind ? { kind, ...place } : { kind: "text", value: { text: word, quoted: false }, ...place };
}

function readTerm(text: string, start: number, [whole, field = "", bareKey, quotedKey, operator = ":"]: RegExpExecArray): TermToken {
  const values: TermToken["values"] = [];
  let at = start + whole.length;
  do {
    if (values.length > 0) at++;
    const value = readValue(text, at);
    if (!value) {
      const example = `${field}${operator}`;
      throw failed(
        start,
        Math.max(at, start + whole.length),
        "missing_value",
        `A value is missing after “${example}”.`,
        "Write one, without a space in front.",
      );
    }
    values.push(value);
    at = value.end;
  } while (text[at] === ",");
  const key = bareKey ?? (quotedKey === undefined ? undefined : unescaped(quotedKey));
  const plain = operator.length > 1 && operator.startsWith(":") ? operator.slice(1) : operator;
  return {
    kind: "term",
    start,
    end: endOfValue(text, at, true),
    field,
    fieldEnd: start + field.length,
    key: key === "" ? undefined : key,
    operator: plain as Operator,
    values,
  };
}

function readValue(text: string, at: number): (QueryValue & Place) | undefined {
  if (text[at] === '"') return { ...readQuoted(text, at), quoted: true };
  const bare = match(BARE_VALUE, text, at)?.[0];
  return bare === undefined ? undefined : { text: bare, quoted: false, start: at, end: at + bare.length };
}

function readQuoted(text: string, at: number): { text: string } & Place {
  const quoted = match(QUOTED, text, at);
  if (!quoted) throw failed(at, text.length, "unclosed_quote", "This quote is never closed.", 'Add a closing ". A quote inside quotes is written \\".');
  const end = at + quoted[0].length;
  const inside = unescaped(quoted[1] ?? "");
  if (inside === "") throw failed(at, end, "missing_value", "There is nothing between these quotes.", "Write a value between them.");
  return { text: inside, start: at, end };
}

const unescaped = (text: string) => text.replace(/\\(["\\])/g, "$1");

/** Behind a value comes a space, a parenthesis, a comma or the end: a quote in the middle of a word is a slip. */
function endOfValue(text: string, end: number, list: boolean): number {
  if (end >= text.length || /[\s()]/.test(text[end] ?? "") || (list && text[end] === ",")) return end;
  throw failed(end, end + 1, "unexpected", "Something follows a quote at once.", "Put a space there, or quote the whole value.");
}

function failed(start: number, end: number, code: QueryProblem["code"], message: string, hint: string): QueryError {
  return new QueryError({ code, message, hint }, { start, end });
}
