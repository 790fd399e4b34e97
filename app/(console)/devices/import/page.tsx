import { ImportPage } from "@/components/devices/import/import-page";
import { memberPage } from "../../member-page";

export default memberPage("/devices/import", () => <ImportPage />);
