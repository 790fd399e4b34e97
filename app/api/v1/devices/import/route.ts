import { z } from "zod";
import { importResultSchema } from "@/lib/domain/devices/import-row";
import { importDevices } from "@/lib/server/devices/import-devices";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "Add or change up to 500 devices by name, idempotent; with dryRun only say what would be done",
  verb: importDevices,
  output: z.object({ dryRun: z.boolean(), rows: z.array(importResultSchema) }),
});
