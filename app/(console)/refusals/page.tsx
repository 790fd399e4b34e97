import { RefusalsPage } from "@/components/tokens/refusals/refusals-page";
import { memberPage } from "../member-page";

export default memberPage("/refusals", () => <RefusalsPage />);
