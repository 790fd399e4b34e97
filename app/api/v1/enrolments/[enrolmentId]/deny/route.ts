import { enrolmentDecidedSchema } from "@/lib/domain/claims/claim-view";
import { denyEnrolment } from "@/lib/server/claims/decide-enrolment";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Turn a device away that waits", verb: denyEnrolment, output: enrolmentDecidedSchema });
