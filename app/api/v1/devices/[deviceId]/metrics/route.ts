import { latestMeasurementSchema } from "@/lib/domain/devices/device-view";
import { listLatestMeasurements } from "@/lib/server/telemetry/list-metrics";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "The newest value of each metric", verb: listLatestMeasurements, output: pageOf(latestMeasurementSchema) });
