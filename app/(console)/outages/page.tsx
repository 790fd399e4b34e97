import { OutagesPage } from "@/components/outages/outages-page";
import { memberPage } from "../member-page";

export default memberPage("/outages", () => <OutagesPage />);
