import { presenceViewSchema } from "@/lib/domain/devices/device-view";
import { readPresence } from "@/lib/server/devices/read-presence";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Presence of one device, as its retained message says it", verb: readPresence, output: presenceViewSchema });
