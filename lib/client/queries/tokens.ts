import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { tokenDetailSchema } from "@/lib/domain/tokens/token-detail";
import { type TokenListView, tokenListSchema } from "@/lib/domain/tokens/token-list";
import { type TokenView, tokenViewSchema } from "@/lib/domain/tokens/token-view";
import { type WhoCanQuestion, whoCanSchema } from "@/lib/domain/tokens/who-can";
import { api } from "../api";
import { pageOf } from "../page";

export interface TokenFilter {
  view: TokenListView;
  kind: TokenView["subjectKind"] | undefined;
  q: string | undefined;
  tabs: "true" | undefined;
}

/** Tokens of the fleet that match, a page at a time. */
export const tokensQuery = (fleet: string, search: TokenFilter) =>
  infiniteQueryOptions({
    queryKey: [fleet, "tokens", "list", search],
    queryFn: ({ pageParam, signal }) => api(tokenListSchema, "/tokens", { fleet, query: { ...search, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** What a picker of tokens offers. */
export const liveTokensQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "tokens", "live"],
    queryFn: ({ signal }) => api(pageOf(tokenViewSchema), "/tokens", { fleet, query: { view: "live", limit: 500 }, signal }),
  });

export const deviceTokensQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "tokens", "device", deviceId],
    queryFn: ({ signal }) => api(pageOf(tokenViewSchema), `/devices/${encodeURIComponent(deviceId)}/tokens`, { fleet, signal }),
  });

/** Who can publish or subscribe to a topic. A refused question is not asked again. */
export const whoCanQuery = (fleet: string, { tabs, ...question }: WhoCanQuestion & { tabs: boolean }) =>
  queryOptions({
    queryKey: [fleet, "tokens", "who", question, tabs],
    queryFn: ({ signal }) => api(whoCanSchema, "/tokens/reach", { fleet, query: { ...question, tabs: tabs ? "true" : undefined }, signal }),
    placeholderData: keepPreviousData,
  });

export const tokenQuery = (fleet: string, tokenId: string) =>
  queryOptions({
    queryKey: [fleet, "tokens", "one", tokenId],
    queryFn: ({ signal }) => api(tokenDetailSchema, `/tokens/${encodeURIComponent(tokenId)}`, { fleet, signal }),
    refetchInterval: 15_000,
  });
