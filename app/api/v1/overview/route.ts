import { overviewSchema } from "@/lib/domain/fleets/overview-view";
import { getOverview } from "@/lib/server/fleets/get-overview";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Everything the overview shows", verb: getOverview, output: overviewSchema });
