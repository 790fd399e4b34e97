import { type DeviceStateView, deviceStateSchema, type ProfileStateView, profileStateSchema } from "@/lib/domain/device-state/state-view";
import type { StateDocument } from "@/lib/protocol/state";
import { api } from "../api";

/** This document and nothing else; refused with `conflict` when `version` is not the newest any more. */
export function replaceDesired(fleet: string, deviceId: string, { desired, version }: { desired: StateDocument; version: number }): Promise<DeviceStateView> {
  const body = { desired, version, mode: "replace" };
  return api(deviceStateSchema, `/devices/${encodeURIComponent(deviceId)}/state`, { method: "PATCH", fleet, body });
}

export function replaceDefaults(fleet: string, profileId: string, desired: StateDocument): Promise<ProfileStateView> {
  return api(profileStateSchema, `/profiles/${encodeURIComponent(profileId)}/state`, { method: "PATCH", fleet, body: { desired, mode: "replace" } });
}
