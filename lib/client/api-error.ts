import { ERROR_CODES, type FieldProblem, SallyportError } from "@/lib/base/errors";

/** What the API refused or failed to do, with what is needed to ask for help about it. */
export class ApiError extends SallyportError {
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(
    code: SallyportError["code"],
    message: string,
    details: { status: number; requestId?: string; hint?: string; fields?: SallyportError["fields"] },
  ) {
    super(code, message, {
      ...(details.hint === undefined ? {} : { hint: details.hint }),
      ...(details.fields === undefined ? {} : { fields: details.fields }),
    });
    this.name = "ApiError";
    this.status = details.status;
    this.requestId = details.requestId;
  }
}

/** RFC 9457, as our API writes it. Read by hand: the sign-in page must not load a schema library for one error. */
interface Problem {
  code: SallyportError["code"];
  message: string;
  hint: string | undefined;
  requestId: string | undefined;
  fields: FieldProblem[];
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Every part may be missing or strange: a proxy in between answers in its own words. */
function parseProblem(body: unknown): Problem | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { code, detail, title, hint, requestId, fields } = body as Record<string, unknown>;
  return {
    code: ERROR_CODES.find((known) => known === code) ?? "internal",
    message: text(detail) ?? text(title) ?? "The server refused this.",
    hint: text(hint),
    requestId: text(requestId),
    fields: Array.isArray(fields) ? fields.flatMap(parseField) : [],
  };
}

function parseField(field: unknown): FieldProblem[] {
  if (typeof field !== "object" || field === null) return [];
  const { path, message } = field as Record<string, unknown>;
  return typeof path === "string" && typeof message === "string" ? [{ path, message }] : [];
}

/** `body` is the parsed JSON of an answer that was not a success; undefined when it was no JSON. */
export function readProblem(status: number, body: unknown, requestId: string | undefined): ApiError {
  const problem = parseProblem(body);
  if (!problem)
    return new ApiError(status === 401 ? "unauthenticated" : status >= 500 ? "unavailable" : "internal", `The server answered ${status}.`, {
      status,
      ...(requestId === undefined ? {} : { requestId }),
      hint: "Try again in a moment.",
    });
  const { code, message, hint, fields } = problem;
  const id = problem.requestId ?? requestId;
  return new ApiError(code, message, { status, fields, ...(hint === undefined ? {} : { hint }), ...(id === undefined ? {} : { requestId: id }) });
}
