import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { RefusedAction } from "@/lib/domain/refusals/refusal-reasons";
import { refusalExplainedSchema, refusalViewSchema } from "@/lib/domain/refusals/refusal-view";
import type { AccessCheck } from "@/lib/domain/tokens/explanation";
import { simulationSchema } from "@/lib/domain/tokens/simulation-view";
import { api } from "../api";
import { pageOf } from "../page";

export interface RefusalSearch {
  deviceId?: string | undefined;
  tokenId?: string | undefined;
  subject?: string | undefined;
  action?: RefusedAction | undefined;
  reason?: string | undefined;
  /** Refused within so many hours. */
  hours?: number | undefined;
}

interface Place {
  cursor?: string;
  /** Pages of one list share the moment that it begins at. */
  since?: string | undefined;
}

/** The list comes again so often while it is looked at. */
const EVERY_MS = 4_000;
const listSchema = pageOf(refusalViewSchema);

/** What brokers refused to holders of the fleet, newest first. */
export const refusalsQuery = (fleet: string, { hours, ...search }: RefusalSearch, paused: boolean) =>
  infiniteQueryOptions({
    queryKey: [fleet, "refusals", "list", search, hours],
    queryFn: async ({ pageParam, signal }) => {
      const since = pageParam.since ?? (hours === undefined ? undefined : new Date(Date.now() - hours * 3_600_000).toISOString());
      const page = await api(listSchema, "/refusals", { fleet, query: { ...search, since, limit: 100, cursor: pageParam.cursor }, signal });
      return { ...page, since };
    },
    initialPageParam: {} as Place,
    getNextPageParam: ({ nextCursor, since }): Place | undefined => (nextCursor === null ? undefined : { cursor: nextCursor, since }),
    placeholderData: keepPreviousData,
    refetchInterval: paused ? false : EVERY_MS,
  });

/** The newest refusals of one device. */
export const deviceRefusalsQuery = (fleet: string, deviceId: string, paused: boolean) =>
  queryOptions({
    queryKey: [fleet, "refusals", "device", deviceId],
    queryFn: ({ signal }) => api(listSchema, "/refusals", { fleet, query: { deviceId, limit: 10 }, signal }),
    refetchInterval: paused ? false : EVERY_MS,
  });

export const refusalQuery = (fleet: string, refusalId: string) =>
  queryOptions({
    queryKey: [fleet, "refusals", "one", refusalId],
    queryFn: ({ signal }) => api(refusalExplainedSchema, `/refusals/${encodeURIComponent(refusalId)}`, { fleet, signal }),
  });

/** What brokers would say to this request. A question, though it travels as a POST: nothing is changed. */
export const simulationQuery = (fleet: string, who: { subject: string } | { tokenId: string }, check: AccessCheck) =>
  queryOptions({
    queryKey: [fleet, "tokens", "simulation", who, check],
    queryFn: ({ signal }) => api(simulationSchema, "/tokens/simulate", { method: "POST", fleet, body: { ...who, checks: [check] }, signal }),
    placeholderData: keepPreviousData,
  });
