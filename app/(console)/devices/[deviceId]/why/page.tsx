import { WhyPage } from "@/components/diagnosis/why-page";
import { DeviceInvestigationPanel } from "@/components/investigations/device-investigation";
import { memberPage } from "../../../member-page";

export default memberPage<{ deviceId: string }>(
  ({ deviceId }) => `/devices/${deviceId}/why`,
  ({ deviceId }) => <WhyPage deviceId={deviceId} beside={<DeviceInvestigationPanel deviceId={deviceId} />} />,
);
