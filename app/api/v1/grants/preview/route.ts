import { grantPreviewSchema } from "@/lib/domain/tokens/grant-answer";
import { previewGrant } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "What a grant would allow and reach; writes nothing", verb: previewGrant, output: grantPreviewSchema });
