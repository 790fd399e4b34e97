import { alertSchema } from "@/lib/domain/alerts/alert-view";
import { acknowledgeAlert } from "@/lib/server/alerts";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Say that you know of an alert", verb: acknowledgeAlert, output: alertSchema });
