import { enrolmentViewSchema } from "@/lib/domain/claims/claim-view";
import { listEnrolments } from "@/lib/server/claims/list-enrolments";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Devices that came by claims, newest first", verb: listEnrolments, output: pageOf(enrolmentViewSchema) });
