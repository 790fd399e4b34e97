import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { outageDetailSchema, outageDeviceSchema, outageSchema } from "@/lib/domain/outages/outage-view";
import { api } from "../api";
import { pageOf } from "../page";

export const outagesQuery = (fleet: string, search: { state?: "open" | "closed"; limit?: number } = {}) =>
  queryOptions({
    queryKey: [fleet, "outages", "list", search],
    queryFn: ({ signal }) => api(pageOf(outageSchema), "/outages", { fleet, query: { ...search }, signal }),
    placeholderData: keepPreviousData,
  });

export const outageQuery = (fleet: string, outageId: string) =>
  queryOptions({
    queryKey: [fleet, "outages", "one", outageId],
    queryFn: ({ signal }) => api(outageDetailSchema, `/outages/${encodeURIComponent(outageId)}`, { fleet, signal }),
  });

export const outageDevicesQuery = (fleet: string, outageId: string) =>
  queryOptions({
    queryKey: [fleet, "outages", "devices", outageId],
    queryFn: ({ signal }) => api(pageOf(outageDeviceSchema), `/outages/${encodeURIComponent(outageId)}/devices`, { fleet, query: { limit: 200 }, signal }),
    placeholderData: keepPreviousData,
  });
