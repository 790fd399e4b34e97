import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { PRESENCE_STATES } from "@/lib/protocol/presence";

const SORTS = ["attention", "name", "-name", "since", "-since", "lastSeen", "-lastSeen"] as const;
export type DeviceSort = (typeof SORTS)[number];

/** The list's search as the address says it: a link shows a colleague the same rows. */
export function useDeviceSearch() {
  return useQueryStates(
    {
      q: parseAsString.withDefault(""),
      state: parseAsArrayOf(parseAsStringLiteral(PRESENCE_STATES)).withDefault([]),
      site: parseAsString.withDefault(""),
      sort: parseAsStringLiteral(SORTS).withDefault("attention"),
    },
    { history: "replace", clearOnDefault: true },
  );
}

/** The dialog that adds a device has an address too: buttons elsewhere lead to it. */
export const addingParser = parseAsStringLiteral(["1"]);
