import { RevocationsPage } from "@/components/tokens/revocations-page";
import { memberPage } from "../../member-page";

export default memberPage("/tokens/revocations", () => <RevocationsPage />);
