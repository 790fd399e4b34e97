import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { deviceKeysSchema, keyOverviewSchema, laggardSchema } from "@/lib/domain/encryption/key-view";
import { rotationPolicySchema } from "@/lib/domain/encryption/rotation-policy";
import { type RotationOutcome, rotationDetailSchema, rotationDeviceSchema, rotationSchema } from "@/lib/domain/encryption/rotation-view";
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

/** While devices move, every second; a rotation that is over stays as it is. */
export const rotationQuery = (fleet: string, rotationId: string) =>
  queryOptions({
    queryKey: [fleet, "keys", "rotation", rotationId],
    queryFn: ({ signal }) => api(rotationDetailSchema, `/keys/rotations/${encodeURIComponent(rotationId)}`, { fleet, signal }),
    refetchInterval: ({ state }) => (state.data?.waitsFor === "devices" || state.data?.waitsFor === "soak" ? 1_000 : EVERY_MS),
  });

export type RotationDeviceFilter = RotationOutcome | "lagging" | "all";

export const rotationDevicesQuery = (fleet: string, rotationId: string, filter: RotationDeviceFilter) =>
  infiniteQueryOptions({
    queryKey: [fleet, "keys", "rotation", rotationId, "devices", filter],
    queryFn: ({ pageParam, signal }) =>
      api(pageOf(rotationDeviceSchema), `/keys/rotations/${encodeURIComponent(rotationId)}/devices`, {
        fleet,
        query: { limit: 50, cursor: pageParam, outcome: filter === "all" ? undefined : filter },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });

export const rotationPolicyQuery = (fleet: string) =>
  queryOptions({ queryKey: [fleet, "keys", "policy"], queryFn: ({ signal }) => api(rotationPolicySchema, "/keys/policy", { fleet, signal }) });

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
