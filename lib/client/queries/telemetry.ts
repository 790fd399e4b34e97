import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { latestMeasurementSchema } from "@/lib/domain/devices/device-view";
import { timelineEntrySchema } from "@/lib/domain/fleets/overview-view";
import { rejectedMessageSchema, seriesSchema } from "@/lib/domain/telemetry/series-view";
import { api } from "../api";
import { pageOf } from "../page";

interface SeriesRequest {
  deviceId: string;
  metric: string;
  /** `now-1h` style. */
  from: string;
  points: number;
}

export const seriesQuery = (fleet: string, { deviceId, metric, from, points }: SeriesRequest) =>
  queryOptions({
    queryKey: [fleet, "series", deviceId, metric, from, points],
    queryFn: ({ signal }) =>
      api(seriesSchema, `/devices/${encodeURIComponent(deviceId)}/series`, { fleet, query: { metric, from, to: "now", points }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

const metricsSchema = pageOf(latestMeasurementSchema).transform(({ items }) => items);

/** The newest value of each metric. */
export const metricsQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "metrics", deviceId],
    queryFn: ({ signal }) => api(metricsSchema, `/devices/${encodeURIComponent(deviceId)}/metrics`, { fleet, signal }),
  });

export const timelineQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "timeline", deviceId],
    queryFn: ({ signal }) => api(pageOf(timelineEntrySchema), `/devices/${encodeURIComponent(deviceId)}/timeline`, { fleet, signal }),
  });

/** Rejected messages of one device. */
export const rejectedQuery = (fleet: string, search: { deviceId: string; limit: number }) =>
  queryOptions({
    queryKey: [fleet, "rejected", "device", search],
    queryFn: ({ signal }) => api(pageOf(rejectedMessageSchema), "/rejected-messages", { fleet, query: search, signal }),
    refetchInterval: 30_000,
  });

/** Rejected messages of the fleet, newest first. */
export const rejectedListQuery = (fleet: string) =>
  infiniteQueryOptions({
    queryKey: [fleet, "rejected", "list"],
    queryFn: ({ pageParam, signal }) => api(pageOf(rejectedMessageSchema), "/rejected-messages", { fleet, query: { limit: 100, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 30_000,
  });
