import { newId } from "@/lib/base/ids";
import { jwks } from "@/lib/server/tokens";
import { problemResponse } from "./problem";
import { webRuntime } from "./runtime";

/** Public keys of our access tokens (RFC 7517). Short-lived in caches: a new key must be found soon after it signs. */
export async function jwksResponse(): Promise<Response> {
  const { database, log } = webRuntime();
  try {
    return new Response(JSON.stringify(await jwks(database)), {
      headers: {
        "content-type": "application/jwk-set+json",
        "cache-control": "public, max-age=300, stale-while-revalidate=300",
        "access-control-allow-origin": "*",
      },
    });
  } catch (error) {
    return problemResponse(error, { requestId: newId("request"), log });
  }
}
