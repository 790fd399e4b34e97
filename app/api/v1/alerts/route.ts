import { alertSchema } from "@/lib/domain/alerts/alert-view";
import { listAlerts } from "@/lib/server/alerts";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Alerts: firing, pending, then resolved; newest first", verb: listAlerts, output: pageOf(alertSchema) });
