import type { z } from "zod";
import { renewalAskedSchema, renewalDecidedSchema } from "@/lib/domain/renewals/renewal-view";
import { api } from "../api";

const address = (deviceId: string) => `/devices/${encodeURIComponent(deviceId)}/renewal`;

export function askRenewal(fleet: string, deviceId: string): Promise<z.output<typeof renewalAskedSchema>> {
  return api(renewalAskedSchema, `${address(deviceId)}/ask`, { method: "POST", fleet, body: {} });
}

export function decideRenewal(fleet: string, deviceId: string, act: "approve" | "deny"): Promise<z.output<typeof renewalDecidedSchema>> {
  return api(renewalDecidedSchema, `${address(deviceId)}/${act}`, { method: "POST", fleet, body: {} });
}
