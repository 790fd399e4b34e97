import { DeviceAlerts } from "@/components/alerts/device-alerts";
import { NewestCommands } from "@/components/commands/newest-commands";
import { StatePanel } from "@/components/device-state/state-panel";
import { DevicePage } from "@/components/devices/device-page";
import { DeviceKeys } from "@/components/keys/device-keys";
import { PosturePanel } from "@/components/posture/posture-panel";
import { PresencePanel } from "@/components/presence/presence-panel";
import { SessionsPanel } from "@/components/presence/sessions-panel";
import { DeviceRenewal } from "@/components/renewals/device-renewal";
import { UnlockPanel } from "@/components/sealed/unlock-panel";
import { RejectedPanel } from "@/components/telemetry/rejected-panel";
import { TelemetryPanel } from "@/components/telemetry/telemetry-panel";
import { DeviceRevoke } from "@/components/tokens/device-revoke";
import { RefusalPanel } from "@/components/tokens/refusals/refusal-panel";
import { memberPage } from "../../member-page";

export default memberPage<{ deviceId: string }>(
  ({ deviceId }) => `/devices/${deviceId}`,
  ({ deviceId }) => (
    <>
      <DevicePage
        deviceId={deviceId}
        telemetry={<TelemetryPanel deviceId={deviceId} unlock={<UnlockPanel />} />}
        state={<StatePanel deviceId={deviceId} />}
        presence={
          <>
            <PresencePanel deviceId={deviceId} />
            <SessionsPanel deviceId={deviceId} />
          </>
        }
        alerts={<DeviceAlerts deviceId={deviceId} />}
        refused={<RefusalPanel deviceId={deviceId} />}
        encryption={<DeviceKeys deviceId={deviceId} />}
        commands={<NewestCommands deviceId={deviceId} />}
        renewal={<DeviceRenewal deviceId={deviceId} />}
        posture={<PosturePanel deviceId={deviceId} />}
        rejected={<RejectedPanel deviceId={deviceId} />}
      />
      <DeviceRevoke deviceId={deviceId} />
    </>
  ),
);
