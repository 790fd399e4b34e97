import { stateChangeSchema } from "@/lib/domain/device-state/state-view";
import { listStateChanges } from "@/lib/server/device-state/list-state-changes";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "Who changed what is desired of a device, and when it followed, newest first",
  verb: listStateChanges,
  output: pageOf(stateChangeSchema),
});
