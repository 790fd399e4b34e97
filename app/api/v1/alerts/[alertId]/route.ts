import { alertSchema } from "@/lib/domain/alerts/alert-view";
import { getAlert } from "@/lib/server/alerts";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "One alert", verb: getAlert, output: alertSchema });
