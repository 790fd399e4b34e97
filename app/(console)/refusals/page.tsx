import { RefusalsPage } from "@/components/refusals/refusals-page";
import { memberPage } from "../member-page";

export default memberPage("/refusals", () => <RefusalsPage />);
