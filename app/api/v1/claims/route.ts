import { claimViewSchema, newClaimSchema } from "@/lib/domain/claims/claim-view";
import { createClaim } from "@/lib/server/claims/create-claim";
import { listClaims } from "@/lib/server/claims/read-claims";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Claims, newest first", verb: listClaims, output: pageOf(claimViewSchema) });

export const POST = route({ summary: "Make a claim code that lets devices in; it is told once", verb: createClaim, output: newClaimSchema, status: 201 });
