import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { grantPreviewSchema } from "@/lib/domain/tokens/grant-answer";
import type { GrantRequestInput } from "@/lib/domain/tokens/grant-request";
import { api } from "../api";

/** What a grant would allow and reach. The last answer stays while the next one is on its way. */
export const grantPreviewQuery = (fleet: string, request: GrantRequestInput) =>
  queryOptions({
    queryKey: [fleet, "grants", "preview", request],
    queryFn: ({ signal }) => api(grantPreviewSchema, "/grants/preview", { method: "POST", fleet, body: request, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
