import { type Revealed, revealedSchema } from "@/lib/domain/telemetry/reveal";
import { api } from "../api";

/** What a device measured lately. The reason and the reader's name stay in the audit log. */
export function revealReadings(fleet: string, deviceId: string, reason: string): Promise<Revealed> {
  return api(revealedSchema, `/devices/${encodeURIComponent(deviceId)}/reveal`, { method: "POST", fleet, body: { reason } });
}
