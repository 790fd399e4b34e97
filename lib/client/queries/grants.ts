import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { deviceListSchema } from "@/lib/domain/devices/device-view";
import { grantPreviewSchema } from "@/lib/domain/tokens/grant-answer";
import { tokenPolicySchema } from "@/lib/domain/tokens/grant-policy";
import type { GrantRequestInput } from "@/lib/domain/tokens/grant-request";
import { grantRequestViewSchema } from "@/lib/domain/tokens/grant-request-view";
import { api } from "../api";
import { pageOf } from "../page";

/** What a grant would allow and reach. The last answer stays while the next one is on its way. */
export const grantPreviewQuery = (fleet: string, request: GrantRequestInput) =>
  queryOptions({
    queryKey: [fleet, "grants", "preview", request],
    queryFn: ({ signal }) => api(grantPreviewSchema, "/grants/preview", { method: "POST", fleet, body: request, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });

/** How many devices a query names; the empty one names all. */
export const matchCountQuery = (fleet: string, q: string) =>
  queryOptions({
    queryKey: [fleet, "devices", "count", q],
    queryFn: async ({ signal }) => (await api(deviceListSchema, "/devices", { fleet, query: { q, limit: 1, sort: "name" }, signal })).total,
    retry: false,
  });

/** Grants that wait, or waited, for a second admin. Fetched again while it is on screen: another admin decides elsewhere. */
export const grantRequestsQuery = (fleet: string) =>
  infiniteQueryOptions({
    queryKey: [fleet, "tokens", "grant-requests"],
    queryFn: ({ pageParam, signal }) => api(pageOf(grantRequestViewSchema), "/grant-requests", { fleet, query: { cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 5_000,
  });

export const tokenPolicyQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "tokens", "policy"],
    queryFn: ({ signal }) => api(tokenPolicySchema, "/token-policy", { fleet, signal }),
  });
