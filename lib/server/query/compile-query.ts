import type { QueryNode, QueryTerm, QueryValue } from "@/lib/domain/query/query-ast";

/** Adds a value to the statement and answers its placeholder: values never become text of the statement. */
export type Bind = (value: unknown) => string;

/** How one list answers terms in SQL. Each answers a condition in parentheses or a call; null counts as "no". */
export interface Conditions {
  term(term: QueryTerm): string;
  text(value: QueryValue): string;
  /** Of what a term says something at all; a negated term holds only there. Undefined: of every row. */
  about?(term: QueryTerm): string | undefined;
}

/** A parsed query as a condition of SQL. `-` holds for rows without the thing too: what is null is not equal. */
export function compileQuery(node: QueryNode, conditions: Conditions, negated = false): string {
  switch (node.type) {
    case "all":
      return negated ? "false" : "true";
    case "not":
      return compileQuery(node.part, conditions, !negated);
    case "and":
    case "or":
      return `(${node.parts.map((part) => compileQuery(part, conditions, negated)).join((node.type === "and") === negated ? " or " : " and ")})`;
    case "text":
      return negated ? `((${conditions.text(node.value)}) is not true)` : `(${conditions.text(node.value)})`;
    case "term":
      return compileTerm(node, conditions, negated);
  }
}

function compileTerm(term: QueryTerm, conditions: Conditions, negated: boolean): string {
  const condition = `(${conditions.term(term)})`;
  if (!negated) return condition;
  const about = conditions.about?.(term);
  return about === undefined ? `(${condition} is not true)` : `(${about} and ${condition} is not true)`;
}
