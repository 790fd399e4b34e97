import { SallyportError } from "@/lib/base/errors";
import type { Catalogue } from "@/lib/domain/query/field-catalogue";
import { parseQuery } from "@/lib/domain/query/parse-query";
import type { QueryNode } from "@/lib/domain/query/query-ast";
import { QueryError } from "@/lib/domain/query/query-error";

/** A query from outside, `path` being the input's field that holds it. What is wrong with it is `invalid_input` with its column. */
export function readQuery(text: string, catalogue: Catalogue, path: "q" | "query"): QueryNode {
  try {
    return parseQuery(text, catalogue);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw invalid(path, `Column ${error.column}: ${error.message}`, error.hint);
  }
}

/** The same where something will be done to whatever matches: an empty query means nothing, never everything. */
export function readActionQuery(text: string, catalogue: Catalogue): QueryNode {
  const query = readQuery(text, catalogue, "query");
  if (query.type === "all") throw invalid("query", "The query is empty.", "Say which ones are meant. An empty query picks nothing, never everything.");
  return query;
}

function invalid(path: string, message: string, hint: string): SallyportError {
  return new SallyportError("invalid_input", `${path}: ${message}`, { hint, fields: [{ path, message }] });
}
