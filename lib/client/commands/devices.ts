import { z } from "zod";
import { type DecommissionView, decommissionSchema } from "@/lib/domain/devices/decommission-view";
import { type addDeviceInputSchema, type ChangeDeviceInput, type DeviceCredentials, deviceCredentialsSchema } from "@/lib/domain/devices/device-view";
import { importResultSchema, type importRowSchema } from "@/lib/domain/devices/import-row";
import { api } from "../api";

export function addDevice(fleet: string, input: z.input<typeof addDeviceInputSchema>): Promise<DeviceCredentials> {
  return api(deviceCredentialsSchema, "/devices", { method: "POST", fleet, body: input });
}

const changedSchema = z.object({ revokedTokens: z.number() });

/** Suspending or retiring a device takes its tokens back; the answer says how many. */
export function changeDevice(fleet: string, { deviceId, ...change }: ChangeDeviceInput): Promise<{ revokedTokens: number }> {
  return api(changedSchema, `/devices/${encodeURIComponent(deviceId)}`, { method: "PATCH", fleet, body: change });
}

/** Retires it, and answers what that did. */
export function decommissionDevice(fleet: string, deviceId: string, reason: string): Promise<DecommissionView> {
  return api(decommissionSchema, `/devices/${encodeURIComponent(deviceId)}/decommission`, { method: "POST", fleet, body: { reason } });
}

const importedSchema = z.object({ rows: z.array(importResultSchema) });

/** One portion of a file. Sent again it changes nothing. */
export function importDevices(
  fleet: string,
  body: { rows: readonly z.input<typeof importRowSchema>[]; dryRun: boolean },
  signal: AbortSignal,
): Promise<z.output<typeof importedSchema>> {
  return api(importedSchema, "/devices/import", { method: "POST", fleet, body, signal });
}
