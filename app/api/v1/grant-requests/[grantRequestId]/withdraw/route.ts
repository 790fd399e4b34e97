import { grantDecidedSchema } from "@/lib/domain/tokens/grant-request-view";
import { withdrawGrantRequest } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Take back a grant that you asked for", verb: withdrawGrantRequest, output: grantDecidedSchema });
