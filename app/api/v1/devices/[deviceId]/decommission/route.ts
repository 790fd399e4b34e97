import { decommissionSchema } from "@/lib/domain/devices/decommission-view";
import { decommissionDevice, getDecommission } from "@/lib/server/devices/decommission-device";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "What retiring a device did, counted", verb: getDecommission, output: decommissionSchema });

export const POST = route({
  summary: "Retire a device: tokens, sessions, keys, claims and alerts of it end; its history stays",
  verb: decommissionDevice,
  output: decommissionSchema,
});
