import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

const EVERY_MS = 1_000;

/** Fetches again what `keys` name when `signal` changes, at most once a second however often it does. Not for its first value (`undefined`: none yet). */
export function useRefresh(signal: unknown, keys: readonly QueryKey[]): void {
  const client = useQueryClient();
  const seen = useRef(signal);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const before = seen.current;
    seen.current = signal;
    if (before === signal || before === undefined) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const queryKey of latest.current) void client.invalidateQueries({ queryKey });
    }, EVERY_MS / 4);
  }, [signal, client]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}
