import { auditEventSchema } from "@/lib/domain/fleets/overview-view";
import { listAuditEvents } from "@/lib/server/audit/list-audit-events";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Who did what, newest first", verb: listAuditEvents, output: pageOf(auditEventSchema) });
