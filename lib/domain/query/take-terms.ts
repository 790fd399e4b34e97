import type { QueryNode, QueryTerm } from "./query-ast";

/**
 * The terms `field:…` that the whole query depends on (not those within OR, parentheses or behind a minus), and the query
 * without them: the chips of a list show and change exactly these.
 */
export function takeTerms(node: QueryNode, field: string): { taken: QueryTerm[]; rest: QueryNode } {
  const parts = node.type === "and" ? node.parts : node.type === "all" ? [] : [node];
  const isTaken = (part: QueryNode): part is QueryTerm => part.type === "term" && part.field === field && part.operator === ":";
  const [first, ...others] = parts.filter((part) => !isTaken(part));
  const rest: QueryNode = first === undefined ? { type: "all" } : others.length === 0 ? first : { type: "and", parts: [first, ...others] };
  return { taken: parts.filter(isTaken), rest };
}
