import { z } from "zod";
import type { AllowList } from "@/lib/domain/posture/allow-list";
import { api } from "../api";

export function setAllowList(fleet: string, profileId: string, allowed: AllowList): Promise<unknown> {
  return api(z.unknown(), `/profiles/${encodeURIComponent(profileId)}/allow-list`, { method: "PATCH", fleet, body: { ...allowed } });
}
