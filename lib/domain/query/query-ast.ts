/** Bounds of one query, wherever it comes from. */
export const QUERY_LIMITS = { characters: 500, terms: 50, depth: 10 } as const;

export type Operator = ":" | ">" | ">=" | "<" | "<=";

/** As written. Between quotes everything is literal: no wildcard, no word with a meaning of its own. */
export interface QueryValue {
  text: string;
  quoted: boolean;
}

export interface QueryTerm {
  type: "term";
  field: string;
  /** What stands behind the dot: the tag's key, the metric's name. */
  key: string | undefined;
  operator: Operator;
  /** One of them has to hold. */
  values: QueryValue[];
}

/** A parsed query. `and` and `or` have at least two parts; `all` is the empty query. */
export type QueryNode =
  | { type: "all" }
  | { type: "and" | "or"; parts: QueryNode[] }
  | { type: "not"; part: QueryNode }
  | { type: "text"; value: QueryValue }
  | QueryTerm;

/** Every term of the query, in the order written. */
export function termsOf(node: QueryNode): QueryTerm[] {
  if (node.type === "term") return [node];
  if (node.type === "not") return termsOf(node.part);
  return node.type === "and" || node.type === "or" ? node.parts.flatMap(termsOf) : [];
}
