import type { z } from "zod";
import { ApiError, readProblem } from "./api-error";

interface Request {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** Every call names its fleet: another tab may have switched the cookie. */
  fleet?: string;
  query?: Record<string, string | number | readonly string[] | undefined>;
  body?: unknown;
  signal?: AbortSignal;
}

/**
 * One call of `/api/v1`. The answer is checked against `schema`; whatever goes wrong is an ApiError with a sentence to show.
 * `path` starts with a slash and has its parts encoded.
 */
export async function api<Schema extends z.ZodType>(schema: Schema, path: string, request: Request = {}): Promise<z.output<Schema>> {
  const response = await send(path, request);
  const requestId = response.headers.get("x-request-id") ?? undefined;
  const body = await readJson(response);
  if (!response.ok) throw readProblem(response.status, body, requestId);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ApiError("internal", "The server answered something that this page does not understand.", {
    status: response.status,
    hint: "Reload the page: it may be older than the server.",
    ...(requestId === undefined ? {} : { requestId }),
  });
}

async function send(path: string, { method = "GET", fleet, query, body, signal }: Request): Promise<Response> {
  try {
    return await fetch(`/api/v1${path}${queryString({ fleet, ...query })}`, {
      method,
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError("unavailable", "The console's server cannot be reached.", {
      status: 0,
      hint: "Check your connection. This page tries again by itself.",
    });
  }
}

/** Arrays repeat their key. Undefined and empty values are left out. */
export function queryString(query: Record<string, string | number | readonly string[] | undefined>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === "") continue;
    if (typeof value === "object") for (const one of value) params.append(key, one);
    else params.append(key, String(value));
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
