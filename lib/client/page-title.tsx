"use client";

import { useLinkView } from "./live/use-link-view";

/** The answer of the page as the tab's title; a tab that is not up to date says so first. */
export function PageTitle({ answer }: { answer: string }) {
  const { kind } = useLinkView();
  const prefix = kind === "stale" ? "Stale · " : kind === "paused" ? "Paused · " : "";
  return <title>{`${prefix}${answer} · Sallyport`}</title>;
}
