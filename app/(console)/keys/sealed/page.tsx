import { SealedPage } from "@/components/sealed/sealed-page";
import { memberPage } from "../../member-page";

export default memberPage("/keys/sealed", () => <SealedPage />);
