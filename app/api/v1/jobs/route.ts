import { jobSchema, startedJobSchema } from "@/lib/domain/jobs/job-view";
import { listJobs } from "@/lib/server/jobs/read-jobs";
import { startJob } from "@/lib/server/jobs/start-job";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Jobs over many devices, newest first, each with how far it is", verb: listJobs, output: pageOf(jobSchema) });

export const POST = route({
  summary: "Do something to every device that matches a query, or to these: what is met is fixed now, and has to be as many as expected",
  verb: startJob,
  output: startedJobSchema,
  status: 201,
});
