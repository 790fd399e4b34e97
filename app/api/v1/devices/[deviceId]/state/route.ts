import { deviceStateSchema } from "@/lib/domain/device-state/state-view";
import { getDeviceState } from "@/lib/server/device-state/get-device-state";
import { setDesired } from "@/lib/server/device-state/set-desired";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "What is desired of a device and what it reports, value by value, and since when they agree or differ",
  verb: getDeviceState,
  output: deviceStateSchema,
});

export const PATCH = route({
  summary: "Change what is desired of a device (RFC 7396); with `version`, only if nobody else did meanwhile",
  verb: setDesired,
  output: deviceStateSchema,
});
