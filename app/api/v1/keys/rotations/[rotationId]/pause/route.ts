import { steeredSchema } from "@/lib/domain/encryption/rotation-view";
import { pauseRotation } from "@/lib/server/encryption/steer-rotation";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Pause a key rotation: no further wave begins", verb: pauseRotation, output: steeredSchema });
