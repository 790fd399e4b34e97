import { postureListSchema } from "@/lib/domain/posture/posture-view";
import { listPosture } from "@/lib/server/posture/list-posture";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "How many devices proved zero inbound ports in the last 24 hours, and which did not, with the reason",
  verb: listPosture,
  output: postureListSchema,
  lists: ["state"],
});
