import { tokenListSchema } from "@/lib/domain/tokens/token-list";
import { listTokens } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Tokens of the fleet that match, with exact counts of every view", verb: listTokens, output: tokenListSchema });
