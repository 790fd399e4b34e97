import { type ErrorCode, type SallyportError, toPublicError } from "@/lib/base/errors";
import type { Logger } from "@/lib/base/log";
import { storeUnavailable } from "@/lib/server/database/store-unavailable";

export const STATUS_OF: Record<ErrorCode, number> = {
  invalid_input: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  sealed: 409,
  expired: 410,
  rate_limited: 429,
  too_large: 413,
  unavailable: 503,
  configuration: 500,
  internal: 500,
};

const TITLE_OF: Record<ErrorCode, string> = {
  invalid_input: "The input is not valid",
  unauthenticated: "Sign-in needed",
  forbidden: "Not allowed",
  not_found: "Not found",
  conflict: "In conflict with what is there",
  sealed: "The fleet is sealed",
  expired: "No longer valid",
  rate_limited: "Too many requests",
  too_large: "Too large",
  unavailable: "Not available now",
  configuration: "Wrong configuration",
  internal: "Internal error",
};

/** Any thrown value as problem+json (RFC 9457). Bugs and outages are logged; their text is not shown. */
export function problemResponse(thrown: unknown, { requestId, log }: { requestId: string; log: Logger }): Response {
  const error = storeUnavailable(thrown) ?? toPublicError(thrown);
  const status = STATUS_OF[error.code];
  if (status >= 500) log.error({ err: error.cause ?? thrown, requestId, code: error.code }, "request failed");
  return new Response(JSON.stringify(problemBody(error, requestId)), { status, headers: problemHeaders(error, requestId) });
}

export function problemBody(error: SallyportError, requestId: string) {
  return {
    type: `urn:sallyport:error:${error.code}`,
    title: TITLE_OF[error.code],
    status: STATUS_OF[error.code],
    code: error.code,
    detail: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.fields.length === 0 ? {} : { fields: error.fields }),
    requestId,
  };
}

export function problemHeaders(error: SallyportError, requestId: string): Headers {
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store", "x-request-id": requestId });
  if (error.code === "unauthenticated") headers.set("www-authenticate", 'Bearer realm="sallyport"');
  const retryAfter = error.retryAfterSeconds ?? (error.code === "unavailable" ? 5 : undefined);
  if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter));
  return headers;
}
