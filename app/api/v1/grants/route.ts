import { grantAnswerSchema } from "@/lib/domain/tokens/grant-answer";
import { grantToken } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Grant a token, shown once, or ask a second admin for it", verb: grantToken, output: grantAnswerSchema, status: 201 });
