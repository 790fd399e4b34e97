import { type Catalogue, fieldNamed, nearest } from "./field-catalogue";
import { lexQuery, type QueryToken, type TermToken } from "./lex-query";
import { QUERY_LIMITS, type QueryNode } from "./query-ast";
import { QueryError, type QueryProblem } from "./query-error";
import { readTest } from "./read-test";

/**
 * Reads a query against what a list knows. Space means and, a comma inside a value or, `-` not; `OR` binds weaker than space.
 * Every value is checked for its field. Throws QueryError, and nothing else.
 */
export function parseQuery(text: string, catalogue: Catalogue): QueryNode {
  if (text.length > QUERY_LIMITS.characters) {
    const problem = { code: "too_long", message: `A query has at most ${QUERY_LIMITS.characters} characters.`, hint: "Shorten it, or use tags." } as const;
    throw new QueryError(problem, { start: QUERY_LIMITS.characters, end: text.length });
  }
  const tokens = lexQuery(text);
  if (tokens.length === 0) return { type: "all" };
  const parser = new Parser(tokens, catalogue, text.length);
  return parser.whole();
}

class Parser {
  private at = 0;
  private terms = 0;

  constructor(
    private readonly tokens: readonly QueryToken[],
    private readonly catalogue: Catalogue,
    private readonly length: number,
  ) {}

  whole(): QueryNode {
    const node = this.either(0);
    const rest = this.tokens[this.at];
    if (rest) throw wrong(rest, "unexpected", "This closes a parenthesis that was never opened.", 'Remove it, or put it in quotes: ")"');
    return node;
  }

  private either(depth: number): QueryNode {
    const parts = [this.all(depth)];
    while (this.tokens[this.at]?.kind === "or") {
      this.at++;
      parts.push(this.all(depth));
    }
    return joined("or", parts);
  }

  private all(depth: number): QueryNode {
    const parts = [this.one(depth)];
    for (;;) {
      const next = this.tokens[this.at];
      if (!next || next.kind === "or" || next.kind === ")") return joined("and", parts);
      if (next.kind === "and") this.at++;
      parts.push(this.one(depth));
    }
  }

  private one(depth: number): QueryNode {
    const token = this.tokens[this.at];
    if (!token) throw this.missing();
    if (depth > QUERY_LIMITS.depth) throw wrong(token, "too_deep", `A query nests at most ${QUERY_LIMITS.depth} deep.`, "Say it with fewer parentheses.");
    this.at++;
    if (token.kind === "not") return { type: "not", part: this.one(depth + 1) };
    if (token.kind === "(") return this.group(token, depth + 1);
    if (token.kind === "text" || token.kind === "term") return this.leaf(token);
    throw wrong(token, "unexpected", "Something to look for is missing before this.", "Write a term in front of it, or put it in quotes to look for it.");
  }

  private group(open: QueryToken, depth: number): QueryNode {
    const node = this.either(depth);
    if (this.tokens[this.at]?.kind !== ")") throw wrong(open, "unclosed_parenthesis", "This parenthesis is never closed.", "Add a closing one.");
    this.at++;
    return node;
  }

  private leaf(token: QueryToken & { kind: "text" | "term" }): QueryNode {
    this.terms += token.kind === "term" ? token.values.length : 1;
    if (this.terms > QUERY_LIMITS.terms)
      throw wrong(token, "too_many_terms", `A query has at most ${QUERY_LIMITS.terms} terms and values.`, "Shorten it, or use tags.");
    if (token.kind === "term") return this.term(token);
    const [, name] = token.value.quoted ? [] : (/^([a-z_]+)(?:\.[^=]*)?=/.exec(token.value.text) ?? []);
    if (name !== undefined && fieldNamed(this.catalogue, name))
      throw wrong(token, "wrong_operator", `${name} is compared with a colon.`, `Write ${name}:${token.value.text.slice(name.length + 1) || "value"}`);
    return { type: "text", value: token.value };
  }

  private term(token: TermToken): QueryNode {
    const field = fieldNamed(this.catalogue, token.field);
    if (!field) throw new QueryError(unknownField(token.field, this.catalogue), { start: token.start, end: token.fieldEnd });
    for (const { start, end, ...value } of token.values) {
      const test = readTest(field, token, value);
      if ("code" in test) throw new QueryError(test, test.code === "wrong_value" ? { start, end } : token);
    }
    const { key, operator } = token;
    return { type: "term", field: field.name, key, operator, values: token.values.map(({ text, quoted }) => ({ text, quoted })) };
  }

  private missing(): QueryError {
    const last = this.tokens.at(-1);
    const problem = { code: "unexpected", message: "The query ends too early.", hint: "Write what comes next, or remove the last piece." } as const;
    return new QueryError(problem, last ?? { start: 0, end: this.length });
  }
}

/** One part stands for itself. */
function joined(type: "and" | "or", parts: QueryNode[]): QueryNode {
  const [first] = parts;
  return parts.length === 1 && first ? first : { type, parts };
}

function unknownField(name: string, catalogue: Catalogue): QueryProblem {
  const near = nearest(
    name,
    catalogue.fields.map((field) => field.name),
  );
  return {
    code: "unknown_field",
    message: `There is no field “${name}” here.`,
    hint: near ? `Did you mean ${near}? To look for the text itself, put it in quotes.` : `Fields: ${catalogue.fields.map((field) => field.name).join(", ")}.`,
  };
}

function wrong({ start, end }: { start: number; end: number }, code: QueryProblem["code"], message: string, hint: string): QueryError {
  return new QueryError({ code, message, hint }, { start, end });
}
