import { ScanPage } from "@/components/claims/scan-page";
import { memberPage } from "../../member-page";

export default memberPage("/claims/scan", () => <ScanPage />);
