import { TokenPage } from "@/components/tokens/token-page";
import { memberPage } from "../../member-page";

export default memberPage<{ tokenId: string }>(
  ({ tokenId }) => `/tokens/${tokenId}`,
  ({ tokenId }) => <TokenPage tokenId={tokenId} />,
);
