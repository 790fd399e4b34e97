import { WhyPage } from "@/components/diagnosis/why-page";
import { memberPage } from "../../../member-page";

export default memberPage<{ deviceId: string }>(
  ({ deviceId }) => `/devices/${deviceId}/why`,
  ({ deviceId }) => <WhyPage deviceId={deviceId} />,
);
