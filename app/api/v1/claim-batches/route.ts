import { batchViewSchema, newBatchSchema } from "@/lib/domain/claims/batch-view";
import { createBatch } from "@/lib/server/claims/create-batch";
import { listBatches } from "@/lib/server/claims/read-batches";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Batches of claim codes, newest first", verb: listBatches, output: pageOf(batchViewSchema) });

export const POST = route({
  summary: "Make many claim codes of one use each, for labels; they are told once",
  verb: createBatch,
  output: newBatchSchema,
  status: 201,
});
