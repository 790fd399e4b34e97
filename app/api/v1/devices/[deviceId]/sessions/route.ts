import { deviceSessionsSchema } from "@/lib/domain/presence/session-view";
import { listSessions } from "@/lib/server/devices/list-sessions";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "The newest sessions of a device, and how steady it was over 30 days", verb: listSessions, output: deviceSessionsSchema });
