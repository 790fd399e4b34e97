import { RefusalPage } from "@/components/tokens/refusals/refusal-page";
import { memberPage } from "../../member-page";

export default memberPage<{ refusalId: string }>(
  ({ refusalId }) => `/refusals/${refusalId}`,
  ({ refusalId }) => <RefusalPage refusalId={refusalId} />,
);
