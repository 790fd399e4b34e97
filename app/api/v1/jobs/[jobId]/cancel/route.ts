import { startedJobSchema } from "@/lib/domain/jobs/job-view";
import { cancelJob } from "@/lib/server/jobs/steer-job";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "End a job where it is: what was done stays", verb: cancelJob, output: startedJobSchema.omit({ devices: true }) });
