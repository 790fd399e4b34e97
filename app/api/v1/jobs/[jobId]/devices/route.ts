import { jobDeviceSchema } from "@/lib/domain/jobs/job-view";
import { listJobDevices } from "@/lib/server/jobs/list-job-devices";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Devices of a job, what went wrong first", verb: listJobDevices, output: pageOf(jobDeviceSchema) });
