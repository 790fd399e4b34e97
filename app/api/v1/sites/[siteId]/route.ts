import { siteSchema } from "@/lib/domain/devices/site-view";
import { changeSite } from "@/lib/server/devices/place-sites";
import { route } from "@/lib/web/route";

export const PATCH = route({ summary: "Change a site's name or place", verb: changeSite, output: siteSchema.omit({ devices: true }) });
