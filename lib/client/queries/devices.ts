import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { decommissionSchema, isComplete } from "@/lib/domain/devices/decommission-view";
import { type DeviceListInput, deviceDetailSchema, deviceListSchema } from "@/lib/domain/devices/device-view";
import { suggestionsSchema } from "@/lib/domain/devices/suggestions";
import { type DeviceHistory, deviceHistorySchema } from "@/lib/domain/presence/history-view";
import { deviceSessionsSchema } from "@/lib/domain/presence/session-view";
import type { WantedValues } from "@/lib/domain/query/complete-query";
import { api } from "../api";

export type DeviceSearch = Pick<DeviceListInput, "q" | "state" | "siteId" | "sort">;

/** The device list, a page at a time. The list on screen stays while the next search runs. */
export const deviceListQuery = (fleet: string, search: DeviceSearch) =>
  infiniteQueryOptions({
    queryKey: [fleet, "devices", "list", search],
    queryFn: ({ pageParam, signal }) => api(deviceListSchema, "/devices", { fleet, query: { ...search, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });

/** A handful by name or id, for the palette. */
export const deviceSearchQuery = (fleet: string, q: string) =>
  queryOptions({
    queryKey: [fleet, "devices", "search", q],
    queryFn: ({ signal }) => api(deviceListSchema, "/devices", { fleet, query: { q, limit: 8, sort: "name" }, signal }),
    placeholderData: keepPreviousData,
  });

/** What this fleet has in a field, for the query box. Nothing is asked while nothing is wanted. */
export const suggestionsQuery = (fleet: string, wanted: WantedValues | undefined) =>
  queryOptions({
    queryKey: [fleet, "devices", "suggestions", wanted],
    queryFn: ({ signal }) => api(suggestionsSchema, "/devices/suggestions", { fleet, query: { ...wanted }, signal }),
    enabled: wanted !== undefined,
    staleTime: 60_000,
  });

export const deviceQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "devices", "one", deviceId],
    queryFn: ({ signal }) => api(deviceDetailSchema, `/devices/${encodeURIComponent(deviceId)}`, { fleet, signal }),
    refetchInterval: 30_000,
  });

/** What retiring it did. Asked again while something of it is under way. */
export const decommissionQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "devices", "decommission", deviceId],
    queryFn: ({ signal }) => api(decommissionSchema, `/devices/${encodeURIComponent(deviceId)}/decommission`, { fleet, signal }),
    refetchInterval: ({ state }) => (state.data && !isComplete(state.data) ? 2_000 : false),
  });

export const sessionsQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "devices", "sessions", deviceId],
    queryFn: ({ signal }) => api(deviceSessionsSchema, `/devices/${encodeURIComponent(deviceId)}/sessions`, { fleet, signal }),
  });

/** What stands on a device's time axis. The axis on screen stays while another range is loaded. */
export const historyQuery = (fleet: string, { deviceId, from, to }: { deviceId: string; from: string; to: string }) =>
  queryOptions({
    queryKey: [fleet, "devices", "history", deviceId, from, to],
    queryFn: ({ signal }) => api(deviceHistorySchema, `/devices/${encodeURIComponent(deviceId)}/history`, { fleet, query: { from, to }, signal }),
    placeholderData: (last: DeviceHistory | undefined, query) => (query?.queryKey[3] === deviceId ? last : undefined),
    refetchInterval: to === "now" ? 60_000 : false,
  });
