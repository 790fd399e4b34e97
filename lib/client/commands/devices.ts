import type { z } from "zod";
import { type addDeviceInputSchema, type DeviceCredentials, deviceCredentialsSchema } from "@/lib/domain/devices/device-view";
import { api } from "../api";

export function addDevice(fleet: string, input: z.input<typeof addDeviceInputSchema>): Promise<DeviceCredentials> {
  return api(deviceCredentialsSchema, "/devices", { method: "POST", fleet, body: input });
}
