import { investigationSchema } from "@/lib/domain/investigations/investigation-view";
import { listInvestigations } from "@/lib/server/investigations";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Absences and what is done about them: the longest first", verb: listInvestigations, output: pageOf(investigationSchema) });
