import { seriesSchema } from "@/lib/domain/telemetry/series-view";
import { readSeries } from "@/lib/server/telemetry/read-series";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "One metric over a range, with every extreme", verb: readSeries, output: seriesSchema });
