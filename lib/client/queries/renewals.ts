import { queryOptions } from "@tanstack/react-query";
import { renewalViewSchema } from "@/lib/domain/renewals/renewal-view";
import { api } from "../api";
import { pageOf } from "../page";

const EVERY_MS = 5_000;

export const renewalQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "renewals", "one", deviceId],
    queryFn: ({ signal }) => api(renewalViewSchema, `/devices/${encodeURIComponent(deviceId)}/renewal`, { fleet, signal }),
    refetchInterval: EVERY_MS,
  });

export const waitingRenewalsQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "renewals", "waiting"],
    queryFn: ({ signal }) => api(pageOf(renewalViewSchema), "/renewals", { fleet, signal }),
    refetchInterval: EVERY_MS,
  });
