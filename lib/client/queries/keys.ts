import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { deviceKeysSchema, keyOverviewSchema, laggardSchema, rotationSchema } from "@/lib/domain/encryption/key-view";
import { api } from "../api";
import { pageOf } from "../page";

/** Counted on the server from what the broker saw: looked at again while the page is open. */
const EVERY_MS = 5_000;

export const keyOverviewQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "keys", "overview"],
    queryFn: ({ signal }) => api(keyOverviewSchema, "/keys", { fleet, signal }),
    refetchInterval: EVERY_MS,
  });

export const rotationsQuery = (fleet: string) =>
  infiniteQueryOptions({
    queryKey: [fleet, "keys", "rotations"],
    queryFn: ({ pageParam, signal }) => api(pageOf(rotationSchema), "/keys/rotations", { fleet, query: { limit: 10, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });

export const laggardsQuery = (fleet: string) =>
  infiniteQueryOptions({
    queryKey: [fleet, "keys", "laggards"],
    queryFn: ({ pageParam, signal }) => api(pageOf(laggardSchema), "/keys/laggards", { fleet, query: { limit: 50, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });

export const deviceKeysQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "keys", "device", deviceId],
    queryFn: ({ signal }) => api(deviceKeysSchema, `/devices/${encodeURIComponent(deviceId)}/keys`, { fleet, signal }),
    refetchInterval: EVERY_MS,
  });
