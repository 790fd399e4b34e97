import { refusalExplainedSchema } from "@/lib/domain/refusals/refusal-view";
import { getRefusal } from "@/lib/server/refusals";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "One refusal, why it happened, and the smallest grant that would allow it",
  verb: getRefusal,
  output: refusalExplainedSchema,
});
