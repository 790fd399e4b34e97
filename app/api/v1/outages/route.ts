import { outageSchema } from "@/lib/domain/outages/outage-view";
import { listOutages } from "@/lib/server/outages";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Outages: open ones first, then the newest", verb: listOutages, output: pageOf(outageSchema) });
