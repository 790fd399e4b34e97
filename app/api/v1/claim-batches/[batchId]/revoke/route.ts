import { z } from "zod";
import { revokeBatch } from "@/lib/server/claims/read-batches";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "From now on its unused codes let nobody in",
  verb: revokeBatch,
  output: z.object({ batchId: z.string(), revoked: z.number().int() }),
});
