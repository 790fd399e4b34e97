import { type PingView, pingSchema } from "@/lib/domain/diagnosis/ping-view";
import { api } from "../api";

export function pingDevice(fleet: string, deviceId: string): Promise<PingView> {
  return api(pingSchema, `/devices/${encodeURIComponent(deviceId)}/ping`, { method: "POST", fleet, body: {} });
}
