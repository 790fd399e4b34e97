import { renewalAskedSchema } from "@/lib/domain/renewals/renewal-view";
import { askRenewal } from "@/lib/server/renewals/ask-renewal";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Tell a device to exchange its token now", verb: askRenewal, output: renewalAskedSchema });
