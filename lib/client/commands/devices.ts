import { z } from "zod";
import { type addDeviceInputSchema, type ChangeDeviceInput, type DeviceCredentials, deviceCredentialsSchema } from "@/lib/domain/devices/device-view";
import { api } from "../api";

export function addDevice(fleet: string, input: z.input<typeof addDeviceInputSchema>): Promise<DeviceCredentials> {
  return api(deviceCredentialsSchema, "/devices", { method: "POST", fleet, body: input });
}

const changedSchema = z.object({ revokedTokens: z.number() });

/** Suspending or retiring a device takes its tokens back; the answer says how many. */
export function changeDevice(fleet: string, { deviceId, ...change }: ChangeDeviceInput): Promise<{ revokedTokens: number }> {
  return api(changedSchema, `/devices/${encodeURIComponent(deviceId)}`, { method: "PATCH", fleet, body: change });
}
