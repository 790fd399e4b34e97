import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type RevocationSelector, revocationPreviewSchema, revocationRowSchema, revocationSchema } from "@/lib/domain/tokens/revocation-view";
import { api } from "../api";
import { pageOf } from "../page";

/** While a receipt fills in, somebody watches. */
const FILLING_MS = 150;

/** What a revocation would meet, counted anew each time it is looked at. */
export const revocationPreviewQuery = (fleet: string, selector: RevocationSelector) =>
  queryOptions({
    queryKey: [fleet, "revocations", "preview", selector],
    queryFn: ({ signal }) => api(revocationPreviewSchema, "/revocations/preview", { method: "POST", fleet, body: { selector }, signal }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

/** Revocations of the fleet, newest first. */
export const revocationsQuery = (fleet: string) =>
  infiniteQueryOptions({
    queryKey: [fleet, "revocations", "list"],
    queryFn: ({ pageParam, signal }) => api(pageOf(revocationRowSchema), "/revocations", { fleet, query: { limit: 50, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** One revocation; asked for again quickly until its receipt is signed. */
export const revocationQuery = (fleet: string, revocationId: string) =>
  queryOptions({
    queryKey: [fleet, "revocations", "one", revocationId],
    queryFn: ({ signal }) => api(revocationSchema, `/revocations/${encodeURIComponent(revocationId)}`, { fleet, signal }),
    refetchInterval: ({ state }) => (state.data && state.data.settledAt === null ? FILLING_MS : false),
  });
