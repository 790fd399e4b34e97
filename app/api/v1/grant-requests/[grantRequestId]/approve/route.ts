import { grantDecidedSchema } from "@/lib/domain/tokens/grant-request-view";
import { approveGrantRequest } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Agree to a grant that somebody else asked for", verb: approveGrantRequest, output: grantDecidedSchema });
