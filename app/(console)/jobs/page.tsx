import { JobsPage } from "@/components/jobs/jobs-page";
import { memberPage } from "../member-page";

export default memberPage("/jobs", () => <JobsPage />);
