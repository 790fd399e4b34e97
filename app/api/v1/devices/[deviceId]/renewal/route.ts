import { renewalViewSchema } from "@/lib/domain/renewals/renewal-view";
import { getRenewal } from "@/lib/server/renewals/read-renewals";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Whether a device renews its token by itself, and how far it is", verb: getRenewal, output: renewalViewSchema });
