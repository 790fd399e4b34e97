import { KeysPage } from "@/components/keys/keys-page";
import { memberPage } from "../member-page";

export default memberPage("/keys", () => <KeysPage />);
