import { claimDetailSchema } from "@/lib/domain/claims/claim-view";
import { getClaim } from "@/lib/server/claims/read-claims";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "One claim, with what it refused", verb: getClaim, output: claimDetailSchema });
