import { receiptKeys } from "@/lib/server/tokens";
import { jwksResponse } from "@/lib/web/jwks-response";

export const dynamic = "force-dynamic";

/** Public keys of our receipts, those of retired keys too. */
export const GET = jwksResponse(receiptKeys);
