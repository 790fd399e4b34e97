import { tokenDetailSchema } from "@/lib/domain/tokens/token-detail";
import { readToken } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "One token: what it can do, who has it, what is really used of it", verb: readToken, output: tokenDetailSchema });
