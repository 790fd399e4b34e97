export type QueryErrorCode =
  | "too_long"
  | "too_many_terms"
  | "too_deep"
  | "bad_character"
  | "unclosed_quote"
  | "unclosed_parenthesis"
  | "unexpected"
  | "unknown_field"
  | "missing_key"
  | "missing_value"
  | "wrong_operator"
  | "wrong_value";

export interface QueryProblem {
  code: QueryErrorCode;
  /** A sentence: what is wrong. */
  message: string;
  /** What to do. */
  hint: string;
}

/** The one error of the query language. `start` and `end` (exclusive) are offsets of the offending piece in the text. */
export class QueryError extends Error {
  readonly code: QueryErrorCode;
  readonly hint: string;
  readonly start: number;
  readonly end: number;

  constructor({ code, message, hint }: QueryProblem, place: { start: number; end: number }) {
    super(message);
    this.name = "QueryError";
    this.code = code;
    this.hint = hint;
    this.start = place.start;
    this.end = place.end;
  }

  /** The column where it begins, counted from 1 as people do. */
  get column(): number {
    return this.start + 1;
  }
}
