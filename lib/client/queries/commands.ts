import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { isOver } from "@/lib/domain/commands/command-state";
import { type CommandView, catalogueViewSchema, commandViewSchema } from "@/lib/domain/commands/command-view";
import { api } from "../api";
import { pageOf } from "../page";

const listSchema = pageOf(commandViewSchema);

/** While something is under way it is looked at every second; else now and then, for what others send. */
const pace = (commands: readonly CommandView[] | undefined) => (commands?.some(({ state }) => !isOver(state) && state !== "waiting") ? 1_000 : 10_000);

/** Commands to one device, newest first. */
export const deviceCommandsQuery = (fleet: string, deviceId: string) =>
  infiniteQueryOptions({
    queryKey: [fleet, "commands", "device", deviceId],
    queryFn: ({ pageParam, signal }) =>
      api(listSchema, `/devices/${encodeURIComponent(deviceId)}/commands`, { fleet, query: { cursor: pageParam, limit: 25 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: ({ state: { data } }) => pace(data?.pages.flatMap(({ items }) => items)),
  });

/** The newest few, for the device's page. */
export const newestCommandsQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "commands", "newest", deviceId],
    queryFn: ({ signal }) => api(listSchema, `/devices/${encodeURIComponent(deviceId)}/commands`, { fleet, query: { limit: 3 }, signal }),
    refetchInterval: ({ state: { data } }) => pace(data?.items),
  });

/** Those that wait for a second admin. */
export const waitingCommandsQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "commands", "waiting"],
    queryFn: ({ signal }) => api(listSchema, "/commands", { fleet, query: { state: "waiting", limit: 100 }, signal }),
    refetchInterval: 5_000,
  });

export const catalogueQuery = (fleet: string, profileId: string) =>
  queryOptions({
    queryKey: [fleet, "profiles", "commands", profileId],
    queryFn: ({ signal }) => api(catalogueViewSchema, `/profiles/${encodeURIComponent(profileId)}/commands`, { fleet, signal }),
    staleTime: 30_000,
  });
