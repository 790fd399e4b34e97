import { deviceInvestigationSchema } from "@/lib/domain/investigations/investigation-view";
import { getInvestigation } from "@/lib/server/investigations";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "What people do about a device that is away", verb: getInvestigation, output: deviceInvestigationSchema });
