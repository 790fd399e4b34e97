import { RejectedPage } from "@/components/telemetry/rejected-page";
import { memberPage } from "../member-page";

export default memberPage("/rejected", () => <RejectedPage />);
