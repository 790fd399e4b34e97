import { GrantPage } from "@/components/tokens/grant-page";
import { memberPage } from "../../member-page";

export default memberPage("/tokens/grant", () => <GrantPage />);
