import { queryOptions } from "@tanstack/react-query";
import { channelSchema } from "@/lib/domain/alerts/alert-view";
import { deliverySchema } from "@/lib/domain/alerts/delivery-view";
import { api } from "../api";
import { pageOf } from "../page";

export const channelsQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "channels", "list"],
    queryFn: ({ signal }) => api(pageOf(channelSchema), "/channels", { fleet, signal }),
  });

/** The newest webhook messages, whatever became of them. */
export const deliveriesQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "channels", "deliveries"],
    queryFn: ({ signal }) => api(pageOf(deliverySchema), "/deliveries", { fleet, query: { limit: 50 }, signal }),
  });
