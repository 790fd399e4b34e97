"use client";

import { useCallback, useState } from "react";
import { useTelemetry } from "@/lib/client/live/use-live";

/** When this page last received something of the device; the server's own record of it is fetched only now and then. */
export function useLastHeard(fleetId: string, deviceId: string, isEnabled: boolean): string | undefined {
  const [heardAt, setHeardAt] = useState<{ deviceId: string; at: string }>();
  const onReadings = useCallback(() => setHeardAt({ deviceId, at: new Date().toISOString() }), [deviceId]);
  useTelemetry(fleetId, deviceId, isEnabled, onReadings);
  return heardAt?.deviceId === deviceId ? heardAt.at : undefined;
}
