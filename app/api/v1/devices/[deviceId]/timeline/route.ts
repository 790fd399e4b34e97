import { timelineEntrySchema } from "@/lib/domain/fleets/overview-view";
import { readTimeline } from "@/lib/server/devices/read-timeline";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Presence changes of a device, newest first", verb: readTimeline, output: pageOf(timelineEntrySchema) });
