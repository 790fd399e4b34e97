import { useCallback, useSyncExternalStore } from "react";
import { z } from "zod";
import type { SealedChain, SeenChain } from "@/lib/domain/sealed/chain";
import type { SealedSession } from "@/lib/domain/sealed/session";
import type { PrivateKey } from "@/lib/domain/sealed/vault";

interface Unlocked {
  /** Whose vault was opened: the reader's own, or `recovery`. */
  session: SealedSession;
  privateKey: PrivateKey;
}

/** Keys that are unlocked in this tab, by fleet and reader. In memory only: a reload locks. */
const unlocked = new Map<string, Unlocked>();
const listeners = new Set<() => void>();
const nameOf = (fleet: string, user: string) => `${fleet} ${user}`;

export const sealedStore = {
  of: (fleet: string, user: string): Unlocked | undefined => unlocked.get(nameOf(fleet, user)),
  set(fleet: string, user: string, value: Unlocked | undefined): void {
    if (value) {
      unlocked.set(nameOf(fleet, user), value);
      remember(value.session.chain);
    } else unlocked.delete(nameOf(fleet, user));
    for (const listener of listeners) listener();
  },
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The reader's unlocked session of this fleet; undefined: locked. */
export function useSealedSession(fleet: string, user: string): SealedSession | undefined {
  const read = useCallback(() => sealedStore.of(fleet, user)?.session, [fleet, user]);
  return useSyncExternalStore(subscribe, read, () => undefined);
}

const seenSchema = z.object({ root: z.string(), n: z.number().int(), head: z.string() });
const place = (fleet: string) => `sallyport.sealed.${fleet}`;

/** What this browser has seen and verified of a fleet's chain: a server that shows less, or something else, is not believed. */
export function seenOf(fleet: string): SeenChain | undefined {
  try {
    return seenSchema.safeParse(JSON.parse(localStorage.getItem(place(fleet)) ?? "null")).data;
  } catch {
    return undefined;
  }
}

function remember({ fleet, root, n, head }: SealedChain): void {
  localStorage.setItem(place(fleet), JSON.stringify({ root, n, head } satisfies SeenChain));
}
