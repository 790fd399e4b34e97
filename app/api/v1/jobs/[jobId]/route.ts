import { jobDetailSchema } from "@/lib/domain/jobs/job-view";
import { getJob } from "@/lib/server/jobs/read-jobs";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "One job, with how far it is", verb: getJob, output: jobDetailSchema });
