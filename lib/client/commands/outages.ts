import { z } from "zod";
import { api } from "../api";

export function acknowledgeOutage(fleet: string, outageId: string, comment: string): Promise<unknown> {
  const body = comment.trim() === "" ? {} : { comment: comment.trim() };
  return api(z.unknown(), `/outages/${encodeURIComponent(outageId)}/acknowledge`, { method: "POST", fleet, body });
}
