import { startedJobSchema } from "@/lib/domain/jobs/job-view";
import { rejectJob } from "@/lib/server/jobs/steer-job";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Refuse a job that waits for a second admin", verb: rejectJob, output: startedJobSchema.omit({ devices: true }) });
