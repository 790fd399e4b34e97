import { type DeviceCredentials, deviceCredentialsSchema } from "@/lib/domain/devices/device-view";
import { type GrantAnswer, grantAnswerSchema } from "@/lib/domain/tokens/grant-answer";
import type { GrantRequestInput } from "@/lib/domain/tokens/grant-request";
import { api } from "../api";

/** A further token for a device: what is needed to connect, shown once. */
export function grantDeviceToken(fleet: string, deviceId: string, input: { ttlDays: number; label: string }): Promise<DeviceCredentials> {
  return api(deviceCredentialsSchema, `/devices/${encodeURIComponent(deviceId)}/tokens`, { method: "POST", fleet, body: input });
}

/** Any grant: the token, shown once, or a request that waits for a second admin. */
export function grantToken(fleet: string, request: GrantRequestInput): Promise<GrantAnswer> {
  return api(grantAnswerSchema, "/grants", { method: "POST", fleet, body: request });
}
