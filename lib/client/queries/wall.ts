import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { occupancySchema } from "@/lib/domain/fleets/occupancy-view";
import { wallDeviceSchema, wallSchema } from "@/lib/domain/fleets/wall-view";
import { api } from "../api";

/** Of more devices it is asked less often: counting them takes the server a few hundred milliseconds. */
const BIG = 20_000;

/** One letter per device, asked again every five seconds. */
export const wallQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "wall"],
    queryFn: ({ signal }) => api(wallSchema, "/wall", { fleet, signal }),
    refetchInterval: ({ state }) => ((state.data?.devices ?? 0) > BIG ? 15_000 : 5_000),
    // Compared site by site where it is drawn; comparing all of it here costs more than drawing.
    structuralSharing: false,
  });

export const wallDevice = (fleet: string, siteId: string | undefined, index: number) =>
  api(wallDeviceSchema, "/wall/device", { fleet, query: { siteId, index } });

export const occupancyQuery = (fleet: string, range: string) =>
  queryOptions({
    queryKey: [fleet, "occupancy", range],
    queryFn: ({ signal }) => api(occupancySchema, "/occupancy", { fleet, query: { from: `now-${range}` }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
