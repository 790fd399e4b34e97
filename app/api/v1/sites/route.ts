import { siteSchema } from "@/lib/domain/devices/site-view";
import { addSite, listSites } from "@/lib/server/devices/sites";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Sites, by name", verb: listSites, output: pageOf(siteSchema) });

export const POST = route({ summary: "Add a site", verb: addSite, output: siteSchema, status: 201 });
