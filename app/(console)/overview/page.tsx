import { OverviewPage } from "@/components/fleets/overview-page";
import { memberPage } from "../member-page";

export default memberPage("/overview", () => <OverviewPage />);
