import { queryOptions } from "@tanstack/react-query";
import { overviewSchema } from "@/lib/domain/fleets/overview-view";
import { api } from "../api";

export const overviewQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "overview"],
    queryFn: ({ signal }) => api(overviewSchema, "/overview", { fleet, signal }),
    refetchInterval: 30_000,
  });
