import { siteMapSchema } from "@/lib/domain/fleets/site-map-view";
import { readSiteMap } from "@/lib/server/fleets/read-site-map";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Where all sites are, and the states of their devices", verb: readSiteMap, output: siteMapSchema });
