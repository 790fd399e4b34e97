import { deviceHistorySchema } from "@/lib/domain/presence/history-view";
import { readHistory } from "@/lib/server/devices/read-history";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "States, sessions and events of a device on one time axis", verb: readHistory, output: deviceHistorySchema });
