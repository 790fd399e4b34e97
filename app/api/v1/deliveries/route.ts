import { deliverySchema } from "@/lib/domain/alerts/delivery-view";
import { listDeliveries } from "@/lib/server/alerts";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Webhook messages and how their delivery stands, newest first", verb: listDeliveries, output: pageOf(deliverySchema) });
