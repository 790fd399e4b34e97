import { JobPage } from "@/components/jobs/job-page";
import { memberPage } from "../../member-page";

export default memberPage<{ jobId: string }>(
  ({ jobId }) => `/jobs/${jobId}`,
  ({ jobId }) => <JobPage jobId={jobId} />,
);
