import { z } from "zod";
import { type changeSiteInputSchema, placeResultSchema, type placeSitesInputSchema } from "@/lib/domain/devices/site-places";
import { api } from "../api";

export function changeSite(fleet: string, { siteId, ...change }: z.input<typeof changeSiteInputSchema>): Promise<unknown> {
  return api(z.unknown(), `/sites/${encodeURIComponent(siteId)}`, { method: "PATCH", fleet, body: change });
}

const placedSchema = z.object({ dryRun: z.boolean(), rows: z.array(placeResultSchema) });

export function placeSites(fleet: string, body: z.input<typeof placeSitesInputSchema>): Promise<z.output<typeof placedSchema>> {
  return api(placedSchema, "/sites/places", { method: "POST", fleet, body });
}
