import { z } from "zod";
import { PRESENCE_STATES } from "@/lib/protocol/presence";

const degrees = z.number().nullable();

/** Every site of the fleet, those without devices and without a place too. Devices that are retired are left out. */
export const siteMapSchema = z.object({
  at: z.iso.datetime(),
  sites: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      latitude: degrees,
      longitude: degrees,
      devices: z.number().int(),
      counts: z.record(z.enum(PRESENCE_STATES), z.number().int()),
    }),
  ),
});
export type SiteMap = z.output<typeof siteMapSchema>;
export type MapSite = SiteMap["sites"][number];
