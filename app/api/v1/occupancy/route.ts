import { occupancySchema } from "@/lib/domain/fleets/occupancy-view";
import { readOccupancy } from "@/lib/server/fleets/read-occupancy";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "How many devices were in which state over time", verb: readOccupancy, output: occupancySchema });
