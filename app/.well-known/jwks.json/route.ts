import { jwks } from "@/lib/server/tokens";
import { jwksResponse } from "@/lib/web/jwks-response";

export const dynamic = "force-dynamic";

/** Public keys of our access tokens. */
export const GET = jwksResponse(jwks);
