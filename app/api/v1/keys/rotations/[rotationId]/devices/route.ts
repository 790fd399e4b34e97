import { rotationDeviceSchema } from "@/lib/domain/encryption/rotation-view";
import { listRotationDevices } from "@/lib/server/encryption/list-rotation-devices";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "Devices of a key rotation: announced, received, used on the wire; laggards with why",
  verb: listRotationDevices,
  output: pageOf(rotationDeviceSchema),
});
