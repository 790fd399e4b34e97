import { useSyncExternalStore } from "react";

/** One timer for every relative time on the page. Stands still while the tab is hidden. */
const listeners = new Set<() => void>();
let now = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  if (document.hidden) return;
  now = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    // Whoever was rendered on the server asks again after this: at once, not at the first tick.
    now = Date.now();
    timer = setInterval(tick, 1_000);
    document.addEventListener("visibilitychange", tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    document.removeEventListener("visibilitychange", tick);
  };
}

/** Between two reads of one render it must not move, also before the timer runs. */
function read(): number {
  if (timer === undefined && Math.abs(Date.now() - now) > 1_000) now = Date.now();
  return now;
}

/** Milliseconds since 1970, renewed each second; 0 while rendering on the server. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read, () => 0);
}

/** Like useNow, but renders again only when `view` of it changes. */
export function useNowAs<T extends string | number>(view: (now: number) => T): T {
  return useSyncExternalStore(
    subscribe,
    () => view(read()),
    () => view(0),
  );
}
