import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { contentSecurityPolicy } from "@/lib/web/content-security-policy";

/**
 * Gives each page its Content-Security-Policy with a fresh nonce; Next puts that on its own scripts, the layout reads it as
 * `x-nonce`. Access is never decided here: every page and route asks the data layer.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy({
    nonce,
    liveUrl: process.env.LIVE_URL,
    issuer: process.env.OIDC_ISSUER,
    development: process.env.NODE_ENV === "development",
  });
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

/** Pages only: files, the API and the broker's door carry no scripts. */
export const config = {
  matcher: ["/((?!api/|mqtt$|_next/static|_next/image|metrics$|\\.well-known/|icon\\.svg$|openapi\\.json$).*)"],
};
