import { ClaimsPage } from "@/components/claims/claims-page";
import { ComingHomePanel } from "@/components/renewals/coming-home-panel";
import { memberPage } from "../member-page";

export default memberPage("/claims", () => <ClaimsPage comingHome={<ComingHomePanel />} />);
