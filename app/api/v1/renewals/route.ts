import { renewalViewSchema } from "@/lib/domain/renewals/renewal-view";
import { listWaitingRenewals } from "@/lib/server/renewals/read-renewals";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Devices that came home and wait for a person", verb: listWaitingRenewals, output: pageOf(renewalViewSchema) });
