import { grantDecidedSchema } from "@/lib/domain/tokens/grant-request-view";
import { rejectGrantRequest } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Refuse a grant that somebody else asked for", verb: rejectGrantRequest, output: grantDecidedSchema });
