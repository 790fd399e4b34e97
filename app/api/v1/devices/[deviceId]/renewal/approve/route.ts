import { renewalDecidedSchema } from "@/lib/domain/renewals/renewal-view";
import { approveRenewal } from "@/lib/server/renewals/decide-renewal";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Let a device come home that waits", verb: approveRenewal, output: renewalDecidedSchema });
