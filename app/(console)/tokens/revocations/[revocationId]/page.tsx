import { RevocationPage } from "@/components/tokens/revocation-page";
import { memberPage } from "../../../member-page";

export default memberPage<{ revocationId: string }>(
  ({ revocationId }) => `/tokens/revocations/${revocationId}`,
  ({ revocationId }) => <RevocationPage revocationId={revocationId} />,
);
