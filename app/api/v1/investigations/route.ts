import { investigationsSchema } from "@/lib/domain/investigations/investigation-view";
import { listInvestigationGroups } from "@/lib/server/investigations";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "Offline devices grouped by likely cause, biggest group first",
  verb: listInvestigationGroups,
  output: investigationsSchema,
});
