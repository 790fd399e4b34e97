import { jwksResponse } from "@/lib/web/jwks-response";

export const dynamic = "force-dynamic";

export const GET = jwksResponse;
