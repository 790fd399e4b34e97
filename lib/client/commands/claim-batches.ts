import { z } from "zod";
import { type createBatchInputSchema, type NewBatch, newBatchSchema } from "@/lib/domain/claims/batch-view";
import { api } from "../api";

/** The answer tells the codes: the only time. */
export function createBatch(fleet: string, input: z.input<typeof createBatchInputSchema>): Promise<NewBatch> {
  return api(newBatchSchema, "/claim-batches", { method: "POST", fleet, body: input });
}

export function revokeBatch(fleet: string, batchId: string): Promise<unknown> {
  return api(z.unknown(), `/claim-batches/${encodeURIComponent(batchId)}/revoke`, { method: "POST", fleet, body: {} });
}
