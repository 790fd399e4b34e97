import { createHash } from "node:crypto";
import { newId } from "@/lib/base/ids";
import { JWKS_MAX_AGE_SECONDS } from "@/lib/domain/tokens/signing-keys";
import type { Database } from "@/lib/server/database/client";
import type { KeySet } from "@/lib/server/tokens/signing-keys";
import { problemResponse } from "./problem";
import { webRuntime } from "./runtime";

/**
 * A JWK set (RFC 7517) for anybody. A cache may hold it for less time than a new key is published before it signs; not longer, not even while it
 * asks again: a retired key has to be forgotten in time.
 */
export function jwksResponse(load: (database: Database) => Promise<KeySet>): (request: Request) => Promise<Response> {
  return async (request) => {
    const { database, log } = webRuntime();
    try {
      const body = JSON.stringify(await load(database));
      // Weak: whoever compresses the answer on its way sends other bytes of the same set.
      const etag = `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
      const headers = {
        "cache-control": `public, max-age=${JWKS_MAX_AGE_SECONDS}, must-revalidate`,
        etag,
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "etag",
      };
      if (knows(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
      return new Response(body, { headers: { ...headers, "content-type": "application/jwk-set+json", "x-content-type-options": "nosniff" } });
    } catch (error) {
      return problemResponse(error, { requestId: newId("request"), log });
    }
  };
}

/** RFC 9110, 13.1.2: a list, `*`, and weakly compared. */
function knows(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  return ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((one) => opaque(one) === opaque(etag));
}
