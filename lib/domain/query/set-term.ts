import { asValue, printQuery } from "./print-query";
import type { QueryNode } from "./query-ast";
import { takeTerms } from "./take-terms";

/** The query's text with exactly these values of a field, which chips show; without the field when there are none. */
export function withValues(query: QueryNode, field: string, values: readonly string[]): string {
  const { rest } = takeTerms(query, field);
  if (values.length === 0) return printQuery(rest);
  const term: QueryNode = { type: "term", field, key: undefined, operator: ":", values: values.map(asValue) };
  if (rest.type === "all") return printQuery(term);
  return printQuery({ type: "and", parts: rest.type === "and" ? [term, ...rest.parts] : [term, rest] });
}
