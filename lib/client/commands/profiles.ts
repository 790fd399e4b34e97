import { z } from "zod";
import type { addProfileInputSchema, setProfileReportingInputSchema } from "@/lib/domain/devices/site-view";
import { api } from "../api";

export function addProfile(fleet: string, input: z.input<typeof addProfileInputSchema>): Promise<unknown> {
  return api(z.unknown(), "/profiles", { method: "POST", fleet, body: input });
}

export function setProfileReporting(fleet: string, { profileId, ...change }: z.input<typeof setProfileReportingInputSchema>): Promise<unknown> {
  return api(z.unknown(), `/profiles/${encodeURIComponent(profileId)}/reporting`, { method: "PATCH", fleet, body: change });
}
