import { z } from "zod";
import { deviceDetailSchema, LIFECYCLES } from "@/lib/domain/devices/device-view";
import { changeDevice } from "@/lib/server/devices/change-device";
import { getDevice } from "@/lib/server/devices/get-device";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "One device", verb: getDevice, output: deviceDetailSchema });

export const PATCH = route({
  summary: "Change a device; suspending or retiring it takes its tokens back",
  verb: changeDevice,
  output: z.object({ device: z.object({ id: z.string(), lifecycle: z.enum(LIFECYCLES) }), revokedTokens: z.number().int() }),
});
