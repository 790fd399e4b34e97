import { AuditPage } from "@/components/audit/audit-page";
import { memberPage } from "../member-page";

export default memberPage("/audit", () => <AuditPage />);
