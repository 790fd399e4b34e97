import { HistoryPage } from "@/components/presence/history/history-page";
import { memberPage } from "../../../member-page";

export default memberPage<{ deviceId: string }>(
  ({ deviceId }) => `/devices/${deviceId}/timeline`,
  ({ deviceId }) => <HistoryPage deviceId={deviceId} />,
);
