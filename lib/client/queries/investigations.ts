import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import {
  deviceInvestigationSchema,
  type InvestigationViewName,
  investigationSchema,
  investigationsSchema,
} from "@/lib/domain/investigations/investigation-view";
import type { LikelyCause } from "@/lib/domain/investigations/likely-cause";
import { api } from "../api";
import { pageOf } from "../page";

interface Shown {
  view: InvestigationViewName;
  assigned?: "me" | "nobody" | undefined;
}

export const investigationGroupsQuery = (fleet: string, shown: Shown) =>
  queryOptions({
    queryKey: [fleet, "investigations", "groups", shown],
    queryFn: ({ signal }) => api(investigationsSchema, "/investigations", { fleet, query: { ...shown }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });

export const investigationsQuery = (fleet: string, search: Shown & { cause: LikelyCause; outageId?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: [fleet, "investigations", "devices", search],
    queryFn: ({ signal, pageParam }) =>
      api(pageOf(investigationSchema), "/investigations/devices", { fleet, query: { ...search, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: 30_000,
  });

export const deviceInvestigationQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "investigations", "device", deviceId],
    queryFn: ({ signal }) => api(deviceInvestigationSchema, `/devices/${encodeURIComponent(deviceId)}/investigation`, { fleet, signal }),
  });
