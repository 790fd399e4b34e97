import { keyOverviewSchema } from "@/lib/domain/encryption/key-view";
import { getKeyOverview } from "@/lib/server/encryption/key-overview";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "How the fleet encrypts, in numbers", verb: getKeyOverview, output: keyOverviewSchema });
