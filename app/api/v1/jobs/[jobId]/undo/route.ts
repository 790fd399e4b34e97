import { startedJobSchema } from "@/lib/domain/jobs/job-view";
import { undoJob } from "@/lib/server/jobs/steer-job";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "Put back what a job changed, as a job of its own: only where what it wrote is still there",
  verb: undoJob,
  output: startedJobSchema,
  status: 201,
});
