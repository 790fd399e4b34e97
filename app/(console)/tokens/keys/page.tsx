import { SigningKeysPage } from "@/components/tokens/keys/signing-keys-page";
import { memberPage } from "../../member-page";

export default memberPage("/tokens/keys", () => <SigningKeysPage />);
