import { outageDeviceSchema } from "@/lib/domain/outages/outage-view";
import { listOutageDevices } from "@/lib/server/outages";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Devices of an outage, those still away first", verb: listOutageDevices, output: pageOf(outageDeviceSchema) });
