import { liveTokenSchema } from "@/lib/domain/tokens/token-view";
import { grantConsoleToken } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "A ten-minute token with which one tab follows its fleet", verb: grantConsoleToken, output: liveTokenSchema });
