import { enrolmentDecidedSchema } from "@/lib/domain/claims/claim-view";
import { approveEnrolment } from "@/lib/server/claims/decide-enrolment";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Let a device in that waits", verb: approveEnrolment, output: enrolmentDecidedSchema });
