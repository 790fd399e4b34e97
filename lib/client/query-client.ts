import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api-error";

/** Answers stay fresh for a moment only: the live link patches what changes, and a reconnect fetches everything shown again. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ApiError && error.code === "unauthenticated") onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: 5_000, gcTime: 300_000, retry: retryable, refetchOnWindowFocus: true, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
}

/** A refusal stays a refusal; an outage may be over in a moment. */
function retryable(failures: number, error: Error): boolean {
  return failures < 2 && error instanceof ApiError && error.code === "unavailable";
}
