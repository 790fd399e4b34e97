import { ClaimPage } from "@/components/claims/claim-page";
import { memberPage } from "../../member-page";

export default memberPage<{ claimId: string }>(
  ({ claimId }) => `/claims/${claimId}`,
  ({ claimId }) => <ClaimPage claimId={claimId} />,
);
