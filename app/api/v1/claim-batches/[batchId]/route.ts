import { batchDetailSchema } from "@/lib/domain/claims/batch-view";
import { getBatch } from "@/lib/server/claims/read-batches";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "One batch, with what became of each of its codes", verb: getBatch, output: batchDetailSchema });
