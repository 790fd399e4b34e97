import { z } from "zod";
import { ERROR_CODES, SallyportError } from "@/lib/base/errors";

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

/** RFC 9457, as our API writes it. Every part may be missing: a proxy in between answers in its own words. */
const problemSchema = z.object({
  code: z.enum(ERROR_CODES).catch("internal"),
  title: z.string().optional(),
  detail: z.string().optional(),
  hint: z.string().optional(),
  requestId: z.string().optional(),
  fields: z.array(z.object({ path: z.string(), message: z.string() })).catch([]),
});

/** `body` is the parsed JSON of an answer that was not a success; undefined when it was no JSON. */
export function readProblem(status: number, body: unknown, requestId: string | undefined): ApiError {
  const parsed = problemSchema.safeParse(body);
  if (!parsed.success)
    return new ApiError(status === 401 ? "unauthenticated" : status >= 500 ? "unavailable" : "internal", `The server answered ${status}.`, {
      status,
      ...(requestId === undefined ? {} : { requestId }),
      hint: "Try again in a moment.",
    });
  const { code, title, detail, hint, fields } = parsed.data;
  const id = parsed.data.requestId ?? requestId;
  return new ApiError(code, detail ?? title ?? "The server refused this.", {
    status,
    fields,
    ...(hint === undefined ? {} : { hint }),
    ...(id === undefined ? {} : { requestId: id }),
  });
}
