import { renewalDecidedSchema } from "@/lib/domain/renewals/renewal-view";
import { denyRenewal } from "@/lib/server/renewals/decide-renewal";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Turn a device away that wants to come home", verb: denyRenewal, output: renewalDecidedSchema });
