import { deviceCredentialsSchema, deviceListSchema } from "@/lib/domain/devices/device-view";
import { addDevice } from "@/lib/server/devices/add-device";
import { listDevices } from "@/lib/server/devices/list-devices";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "Search devices; with counts per state",
  verb: listDevices,
  output: deviceListSchema,
  lists: ["state", "lifecycle"],
});

export const POST = route({ summary: "Add a device; its first token is shown once", verb: addDevice, output: deviceCredentialsSchema, status: 201 });
