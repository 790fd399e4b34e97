import { tokenViewSchema } from "@/lib/domain/tokens/token-view";
import { listTokens } from "@/lib/server/tokens";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Tokens of the fleet, newest first", verb: listTokens, output: pageOf(tokenViewSchema) });
