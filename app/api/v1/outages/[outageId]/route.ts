import { outageDetailSchema } from "@/lib/domain/outages/outage-view";
import { getOutage } from "@/lib/server/outages";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "One outage, with what its devices have in common and the odds", verb: getOutage, output: outageDetailSchema });
