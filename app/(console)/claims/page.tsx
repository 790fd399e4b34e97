import { ClaimsPage } from "@/components/claims/claims-page";
import { memberPage } from "../member-page";

export default memberPage("/claims", () => <ClaimsPage />);
