import { grantRequestViewSchema } from "@/lib/domain/tokens/grant-request-view";
import { listGrantRequests } from "@/lib/server/tokens";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "Grants that wait or waited for a second admin, newest first",
  verb: listGrantRequests,
  output: pageOf(grantRequestViewSchema),
});
