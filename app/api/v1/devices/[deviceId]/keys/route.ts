import { deviceKeysSchema } from "@/lib/domain/encryption/key-view";
import { getDeviceKeys } from "@/lib/server/encryption/get-device-keys";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Key versions of a device, as seen on the wire", verb: getDeviceKeys, output: deviceKeysSchema });
