import { platformSchema } from "@/lib/domain/platform/platform-view";
import { getPlatform } from "@/lib/server/platform/get-platform";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "What the processes of this installation listen on, and what of it is not configured",
  verb: getPlatform,
  output: platformSchema,
});
