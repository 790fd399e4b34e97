import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { batchDetailSchema, batchViewSchema, type NewBatch } from "@/lib/domain/claims/batch-view";
import { api } from "../api";
import { pageOf } from "../page";

const EVERY_MS = 5_000;

export const batchesQuery = (fleet: string) =>
  infiniteQueryOptions({
    queryKey: [fleet, "claims", "batches"],
    queryFn: ({ pageParam, signal }) => api(pageOf(batchViewSchema), "/claim-batches", { fleet, query: { limit: 20, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });

export const batchQuery = (fleet: string, batchId: string) =>
  queryOptions({
    queryKey: [fleet, "claims", "batch", batchId],
    queryFn: ({ signal }) => api(batchDetailSchema, `/claim-batches/${encodeURIComponent(batchId)}`, { fleet, signal }),
    refetchInterval: EVERY_MS,
  });

/** Codes that were told, as long as this tab stays open: the platform does not have them. */
export type KnownCodes = Pick<NewBatch, "codes" | "fleet" | "host" | "port" | "tlsPort">;

export const knownCodesQuery = (batchId: string) =>
  queryOptions({
    queryKey: ["claim-codes", batchId],
    queryFn: () => Promise.resolve<KnownCodes | null>(null),
    // Never asked for: the answer would be that nobody has them.
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
  });

export function keepCodes(client: QueryClient, batchId: string, codes: KnownCodes): void {
  client.setQueryData(knownCodesQuery(batchId).queryKey, codes);
}
