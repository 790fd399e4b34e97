import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { deviceStateSchema, profileStateSchema, stateChangeSchema } from "@/lib/domain/device-state/state-view";
import { api } from "../api";
import { pageOf } from "../page";

/** Looked at again while the page is open: the device answers when it likes. */
const EVERY_MS = 5_000;

export const deviceStateQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "state", "device", deviceId],
    queryFn: ({ signal }) => api(deviceStateSchema, `/devices/${encodeURIComponent(deviceId)}/state`, { fleet, signal }),
    // What was set a moment ago is followed more closely.
    refetchInterval: ({ state: { data } }) => (data?.status === "pending" && data.version > data.appliedVersion ? 2_000 : EVERY_MS),
  });

export const stateChangesQuery = (fleet: string, deviceId: string) =>
  infiniteQueryOptions({
    queryKey: [fleet, "state", "changes", deviceId],
    queryFn: ({ pageParam, signal }) =>
      api(pageOf(stateChangeSchema), `/devices/${encodeURIComponent(deviceId)}/state/changes`, { fleet, query: { limit: 10, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });

export const profileStateQuery = (fleet: string, profileId: string) =>
  queryOptions({
    queryKey: [fleet, "state", "profile", profileId],
    queryFn: ({ signal }) => api(profileStateSchema, `/profiles/${encodeURIComponent(profileId)}/state`, { fleet, signal }),
  });
