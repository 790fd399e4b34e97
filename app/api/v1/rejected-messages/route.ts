import { rejectedMessageSchema } from "@/lib/domain/telemetry/series-view";
import { listRejected } from "@/lib/server/telemetry/list-rejected";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Messages that were not stored, with the reason", verb: listRejected, output: pageOf(rejectedMessageSchema) });
