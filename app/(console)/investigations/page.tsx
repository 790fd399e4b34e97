import { InvestigationsPage } from "@/components/investigations/investigations-page";
import { memberPage } from "../member-page";

export default memberPage("/investigations", () => <InvestigationsPage />);
