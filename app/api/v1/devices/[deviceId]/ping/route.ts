import { z } from "zod";
import { pingSchema } from "@/lib/domain/diagnosis/ping-view";
import { getPing, pingDevice } from "@/lib/server/diagnosis";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "What became of the newest ping of a device", verb: getPing, output: z.object({ ping: pingSchema.nullable() }) });

export const POST = route({ summary: "Ask a device to report at once, as a sign of life", verb: pingDevice, output: pingSchema });
