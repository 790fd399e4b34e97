import { useSyncExternalStore } from "react";
import type { Zone } from "./format-time";

/** Local time or UTC: a choice of this browser, shared by its tabs. */
const KEY = "sallyport-zone";
const listeners = new Set<() => void>();

function read(): Zone {
  return localStorage.getItem(KEY) === "utc" ? "utc" : "local";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}

export function useZone(): Zone {
  return useSyncExternalStore(subscribe, read, () => "utc");
}

export function currentZone(): Zone {
  return read();
}

export function toggleZone(): void {
  localStorage.setItem(KEY, read() === "utc" ? "local" : "utc");
  for (const listener of listeners) listener();
}
