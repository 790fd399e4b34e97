import { outageSchema } from "@/lib/domain/outages/outage-view";
import { acknowledgeOutage } from "@/lib/server/outages";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Say that you know of an outage", verb: acknowledgeOutage, output: outageSchema });
