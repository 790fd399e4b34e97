import { infiniteQueryOptions } from "@tanstack/react-query";
import { auditEventSchema } from "@/lib/domain/fleets/overview-view";
import { api } from "../api";
import { pageOf } from "../page";

/** The audit log, newest first. */
export const auditQuery = (fleet: string) =>
  infiniteQueryOptions({
    queryKey: [fleet, "audit"],
    queryFn: ({ pageParam, signal }) => api(pageOf(auditEventSchema), "/audit-events", { fleet, query: { limit: 100, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
