import { jobPreviewSchema } from "@/lib/domain/jobs/job-view";
import { previewJob } from "@/lib/server/jobs/preview-job";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "What a job would meet and do, counted; nothing is written", verb: previewJob, output: jobPreviewSchema });
