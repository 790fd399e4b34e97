import { queryOptions } from "@tanstack/react-query";
import { retirementPreviewSchema, signingKeyListSchema } from "@/lib/domain/tokens/signing-key-view";
import { api } from "../api";

/** A key's turn comes, others rotate: looked at again while the page is open. */
const EVERY_MS = 5_000;
const NEAR_MS = 1_000;

/** All signing keys; asked for quickly when the turn of the next one is near. */
export const signingKeysQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "signing-keys", "list"],
    queryFn: ({ signal }) => api(signingKeyListSchema, "/signing-keys", { fleet, signal }),
    refetchInterval: ({ state }) => {
      const next = state.data?.items.find((key) => key.state === "upcoming");
      return next && state.data && Date.parse(next.signsFrom) - Date.parse(state.data.now) < 2 * EVERY_MS ? NEAR_MS : EVERY_MS;
    },
  });

/** What retiring a key would meet, counted anew each time it is looked at. */
export const retirementPreviewQuery = (fleet: string, kid: string) =>
  queryOptions({
    queryKey: [fleet, "signing-keys", "preview", kid],
    queryFn: ({ signal }) => api(retirementPreviewSchema, "/signing-keys/retirements/preview", { method: "POST", fleet, body: { kid }, signal }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
