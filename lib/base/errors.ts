/**
 * The one error class of the product. `code` is stable and public (API, CLI, UI and docs name it), `message` is a
 * sentence for a person, `hint` says what to do next. Anything else that is thrown is a bug and shows as `internal`.
 */
export const ERROR_CODES = [
  "invalid_input",
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "sealed",
  "expired",
  "rate_limited",
  "too_large",
  "unavailable",
  "configuration",
  "internal",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One field of the input that was refused. `path` is dotted, empty for the whole input. */
export interface FieldProblem {
  path: string;
  message: string;
}

export class SallyportError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; fields?: readonly FieldProblem[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SallyportError";
    this.code = code;
    this.hint = options.hint;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The same words whether a thing does not exist or belongs to another fleet, so that neither can be told apart. */
export function notFound(what: string): SallyportError {
  return new SallyportError("not_found", `No such ${what} in this fleet.`);
}

/** What may be shown of any thrown value: a SallyportError as it is, everything else without its text. */
export function toPublicError(error: unknown): SallyportError {
  if (error instanceof SallyportError) return error;
  return new SallyportError("internal", "Something went wrong on our side.", {
    hint: "Try again. If it stays, quote the request id to your administrator.",
    cause: error,
  });
}
