import { RulesPage } from "@/components/alerts/rules-page";
import { memberPage } from "../../member-page";

export default memberPage("/alerts/rules", () => <RulesPage />);
