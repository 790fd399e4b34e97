import { z } from "zod";
import { acceptDeviceKey } from "@/lib/server/encryption/accept-device-key";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Accept the other public key that a device shows", verb: acceptDeviceKey, output: z.object({ thumbprint: z.string() }) });
