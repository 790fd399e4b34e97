import { grantedSchema } from "@/lib/domain/tokens/grant-answer";
import { collectGrant } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "The token of an approved grant, made now and shown once to who asked", verb: collectGrant, output: grantedSchema });
