import { steeredSchema } from "@/lib/domain/encryption/rotation-view";
import { resumeRotation } from "@/lib/server/encryption/steer-rotation";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Resume a paused or halted key rotation", verb: resumeRotation, output: steeredSchema });
