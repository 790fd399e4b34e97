import { type RefObject, useEffect, useRef } from "react";
import { flushSync } from "react-dom";

/** `j` and `k` walk the rows of a virtualised list: the row is scrolled in, then its link gets the focus, so Enter opens it. */
export function useRowKeys(body: RefObject<HTMLElement | null>, count: number, scrollTo: (index: number) => void): void {
  const latest = useRef({ count, scrollTo });
  latest.current = { count, scrollTo };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
      const { target } = event;
      if (step === 0 || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      if (document.querySelector("[role=dialog][aria-modal=true]")) return;
      const at = Number(target instanceof HTMLElement ? (target.closest<HTMLElement>("[data-index]")?.dataset.index ?? -1) : -1);
      const next = Math.min(Math.max(at + step, 0), latest.current.count - 1);
      event.preventDefault();
      flushSync(() => latest.current.scrollTo(next));
      focusRow(body.current, next, 10);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [body]);
}

/** The row appears with one of the next frames. */
function focusRow(body: HTMLElement | null, index: number, frames: number): void {
  const link = body?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row-link]`);
  if (link) link.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusRow(body, index, frames - 1));
}
