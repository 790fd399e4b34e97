import { startedJobSchema } from "@/lib/domain/jobs/job-view";
import { approveJob } from "@/lib/server/jobs/steer-job";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Let a job run that waits for a second admin", verb: approveJob, output: startedJobSchema.omit({ devices: true }) });
