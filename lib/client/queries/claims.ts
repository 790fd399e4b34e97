import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { claimDetailSchema, claimViewSchema, enrolmentViewSchema, type NewClaim } from "@/lib/domain/claims/claim-view";
import type { EnrolmentState } from "@/lib/domain/claims/enrolment";
import { api } from "../api";
import { pageOf } from "../page";

/** Somebody stands in front of a device and waits for it to appear. */
const EVERY_MS = 1_500;
const LIST_EVERY_MS = 5_000;

export const claimsQuery = (fleet: string) =>
  infiniteQueryOptions({
    queryKey: [fleet, "claims", "list"],
    queryFn: ({ pageParam, signal }) => api(pageOf(claimViewSchema), "/claims", { fleet, query: { limit: 50, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: LIST_EVERY_MS,
  });

export const claimQuery = (fleet: string, claimId: string) =>
  queryOptions({
    queryKey: [fleet, "claims", "one", claimId],
    queryFn: ({ signal }) => api(claimDetailSchema, `/claims/${encodeURIComponent(claimId)}`, { fleet, signal }),
    refetchInterval: EVERY_MS,
  });

export const enrolmentsQuery = (fleet: string, filter: { claimId?: string; state?: EnrolmentState }) =>
  infiniteQueryOptions({
    queryKey: [fleet, "claims", "enrolments", filter],
    queryFn: ({ pageParam, signal }) => api(pageOf(enrolmentViewSchema), "/enrolments", { fleet, query: { ...filter, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });

/** A code that was told or scanned, as long as this tab stays open: the platform does not have it. */
export type KnownCode = Pick<NewClaim, "code"> & { host: string; port: number; tlsPort: number };

export const knownCodeQuery = (claimId: string) =>
  queryOptions({
    queryKey: ["claim-code", claimId],
    queryFn: () => Promise.resolve<KnownCode | null>(null),
    // Never asked for, also not when everything is asked anew (a reconnect): the answer would be that nobody has it.
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
  });

export function keepCode(client: QueryClient, claimId: string, code: KnownCode): void {
  client.setQueryData(knownCodeQuery(claimId).queryKey, code);
}
