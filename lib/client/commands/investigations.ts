import { z } from "zod";
import type { investigationChangeSchema } from "@/lib/domain/investigations/change";
import { api } from "../api";

export function changeInvestigations(fleet: string, body: z.input<typeof investigationChangeSchema>): Promise<{ changed: number }> {
  return api(z.object({ changed: z.number() }), "/investigations/changes", { method: "POST", fleet, body });
}
