import { CompliancePage } from "@/components/compliance/compliance-page";
import { memberPage } from "../../member-page";

export default memberPage("/posture/compliance", () => <CompliancePage />);
