import { TokensPage } from "@/components/tokens/tokens-page";
import { memberPage } from "../member-page";

export default memberPage("/tokens", () => <TokensPage />);
