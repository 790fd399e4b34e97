import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { platformSchema } from "@/lib/domain/platform/platform-view";
import { postureListSchema } from "@/lib/domain/posture/posture-view";
import type { ProofState } from "@/lib/domain/posture/proof";
import { api } from "../api";

export const postureQuery = (fleet: string, search: { q?: string | undefined; state?: readonly ProofState[] }) =>
  infiniteQueryOptions({
    queryKey: [fleet, "posture", search],
    queryFn: ({ pageParam, signal }) => api(postureListSchema, "/posture", { fleet, query: { ...search, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 3 ? false : 10_000),
  });

export const platformQuery = (fleet: string) =>
  queryOptions({ queryKey: [fleet, "platform"], queryFn: ({ signal }) => api(platformSchema, "/platform", { fleet, signal }), refetchInterval: 15_000 });
