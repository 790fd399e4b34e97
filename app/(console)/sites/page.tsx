import { SitesPage } from "@/components/fleets/map/sites-page";
import { memberPage } from "../member-page";

export default memberPage("/sites", () => <SitesPage />);
