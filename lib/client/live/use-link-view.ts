import { useEffect, useReducer } from "react";
import { type LinkView, STALE_AFTER_MS, viewLink } from "./link-state";
import { useLink } from "./use-live";

/** The state of the live link as it is shown; renders again by itself when a loss turns into staleness. */
export function useLinkView(): LinkView {
  const link = useLink();
  const [, renew] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (link.connected || link.lostAt === 0) return;
    const left = link.lostAt + STALE_AFTER_MS - Date.now();
    if (left <= 0) return;
    const timer = setTimeout(renew, left + 10);
    return () => clearTimeout(timer);
  }, [link]);
  return viewLink(link, Date.now());
}
