import type { NextApiRequest, NextApiResponse } from "next";
import nextAuth from "next-auth";
import { publicUrl } from "@/lib/base/env";
import { newId } from "@/lib/base/ids";
import { type AuthAttempt, authOptions } from "./auth-options";
import { clientAddress } from "./client-address";
import { defaultExport } from "./default-export";
import { problemBody, problemHeaders, problemResponse, STATUS_OF } from "./problem";
import { readText } from "./read-input";
import { countRequest } from "./request-limit";
import { type Runtime, webRuntime } from "./runtime";
import { assertSameOrigin } from "./same-origin";

const FORM_LIMIT_BYTES = 16 * 1024;

/**
 * Everything under /api/auth, by next-auth. Called in its request-and-response form rather than as a route handler, because
 * that one reads Next's ambient request, and this one can be called (and tested) with a Request.
 */
export async function handleAuth(request: Request, { params }: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  const runtime = webRuntime();
  const requestId = newId("request");
  try {
    const address = clientAddress(request.headers);
    await countRequest("stranger", address);
    if (request.method === "POST") assertSameOrigin(request.headers, publicUrl(runtime.env));
    const { database, secrets, env, clock } = runtime;
    const userAgent = request.headers.get("user-agent") ?? "";
    const attempt: AuthAttempt = { door: { database, secrets, env, clock, via: "browser", requestId, address, userAgent } };
    const { nextauth } = await params;
    const body = request.method === "POST" ? Object.fromEntries(new URLSearchParams(await readText(request, FORM_LIMIT_BYTES))) : {};
    const response = await callNextAuth(runtime, attempt, request, nextauth, body);
    return attempt.error ? explained(response, attempt.error, requestId) : response;
  } catch (error) {
    return problemResponse(error, { requestId, log: runtime.log });
  }
}

async function callNextAuth(runtime: Runtime, attempt: AuthAttempt, request: Request, nextauth: string[], body: object): Promise<Response> {
  const answer = { status: 200, headers: new Headers({ "cache-control": "no-store" }), body: null as string | null, cookies: [] as string[] };
  const url = new URL(request.url);
  const incoming = {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    cookies: cookiesOf(request.headers.get("cookie")),
    query: { ...Object.fromEntries(url.searchParams), nextauth },
    body,
  };
  const outgoing = {
    status(code: number) {
      answer.status = code;
      return outgoing;
    },
    getHeader: (name: string) => (name.toLowerCase() === "set-cookie" ? answer.cookies : answer.headers.get(name)),
    setHeader(name: string, value: string | string[]) {
      if (name.toLowerCase() === "set-cookie") answer.cookies = [value].flat();
      else answer.headers.set(name, String(value));
      return outgoing;
    },
    json(value: unknown) {
      answer.headers.set("content-type", "application/json");
      answer.body = JSON.stringify(value);
    },
    send(value: unknown) {
      answer.body = typeof value === "string" ? value : JSON.stringify(value ?? null);
    },
    end() {},
  };
  await defaultExport(nextAuth)(incoming as unknown as NextApiRequest, outgoing as unknown as NextApiResponse, authOptions(runtime, attempt));
  for (const cookie of answer.cookies) answer.headers.append("set-cookie", cookie);
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
}

/**
 * The reason in our words beside next-auth's `url`, which its browser code reads: status and Retry-After are true, and the
 * sign-in page can say what happened.
 */
async function explained(response: Response, error: NonNullable<AuthAttempt["error"]>, requestId: string): Promise<Response> {
  const headers = problemHeaders(error, requestId);
  headers.delete("www-authenticate");
  if (response.headers.has("location")) return response;
  const url = (JSON.parse((await response.text()) || "{}") as { url?: string }).url;
  headers.set("content-type", "application/json");
  return new Response(JSON.stringify({ ...problemBody(error, requestId), url }), { status: STATUS_OF[error.code], headers });
}

function cookiesOf(header: string | null): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const part of (header ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0) cookies[part.slice(0, equals).trim()] = decode(part.slice(equals + 1).trim());
  }
  return cookies;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
