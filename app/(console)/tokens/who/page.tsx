import { WhoPage } from "@/components/tokens/who-page";
import { memberPage } from "../../member-page";

export default memberPage("/tokens/who", () => <WhoPage />);
