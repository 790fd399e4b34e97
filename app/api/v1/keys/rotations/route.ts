import { z } from "zod";
import { rotationSchema } from "@/lib/domain/encryption/rotation-view";
import { listRotations } from "@/lib/server/encryption/list-rotations";
import { rotateKeys } from "@/lib/server/encryption/rotate-keys";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Key rotations, newest first", verb: listRotations, output: pageOf(rotationSchema) });

export const POST = route({
  summary: "Rotate the content keys of a device, of those that match a query, or of the fleet; at once or in waves",
  verb: rotateKeys,
  output: z.object({ rotationId: z.string(), devices: z.number().int() }),
  status: 201,
});
