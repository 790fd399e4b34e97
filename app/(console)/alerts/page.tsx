import { AlertsPage } from "@/components/alerts/alerts-page";
import { memberPage } from "../member-page";

export default memberPage("/alerts", () => <AlertsPage />);
