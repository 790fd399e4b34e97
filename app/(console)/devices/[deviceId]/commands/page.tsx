import { CommandsPage } from "@/components/commands/commands-page";
import { memberPage } from "../../../member-page";

export default memberPage<{ deviceId: string }>(
  ({ deviceId }) => `/devices/${deviceId}/commands`,
  ({ deviceId }) => <CommandsPage deviceId={deviceId} />,
);
