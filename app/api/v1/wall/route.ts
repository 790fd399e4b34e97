import { wallSchema } from "@/lib/domain/fleets/wall-view";
import { readWall } from "@/lib/server/fleets/read-wall";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "The state of every device, by site: one letter each", verb: readWall, output: wallSchema });
