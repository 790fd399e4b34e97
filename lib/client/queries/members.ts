import { queryOptions } from "@tanstack/react-query";
import { apiKeySchema, memberSchema } from "@/lib/domain/members/member-view";
import { userSessionSchema } from "@/lib/domain/members/user-session-view";
import { api } from "../api";
import { pageOf } from "../page";

export const membersQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "members"],
    queryFn: ({ signal }) => api(pageOf(memberSchema), "/members", { fleet, signal }),
  });

export const apiKeysQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "api-keys"],
    queryFn: ({ signal }) => api(pageOf(apiKeySchema), "/api-keys", { fleet, signal }),
  });

/** The browsers in which this person is signed in. */
export const userSessionsQuery = () =>
  queryOptions({
    queryKey: ["user-sessions"],
    queryFn: ({ signal }) => api(pageOf(userSessionSchema), "/user-sessions", { signal }),
  });
