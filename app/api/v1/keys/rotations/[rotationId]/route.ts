import { rotationDetailSchema } from "@/lib/domain/encryption/rotation-view";
import { getRotation } from "@/lib/server/encryption/get-rotation";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "One key rotation, with its waves and what it waits for", verb: getRotation, output: rotationDetailSchema });
