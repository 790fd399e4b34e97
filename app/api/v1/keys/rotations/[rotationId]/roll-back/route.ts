import { rolledBackSchema } from "@/lib/domain/encryption/rotation-view";
import { rollBackRotation } from "@/lib/server/encryption/steer-rotation";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "End a key rotation and give devices their former keys back", verb: rollBackRotation, output: rolledBackSchema });
