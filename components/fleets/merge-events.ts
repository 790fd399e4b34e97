import type { LiveEvent } from "@/lib/protocol/live";

/** Live events and those the server told, each once, newest first. */
export function mergeEvents(live: readonly LiveEvent[], fetched: readonly LiveEvent[], keep: number): LiveEvent[] {
  const known = new Set(live.map(({ id }) => id));
  return [...live, ...fetched.filter(({ id }) => !known.has(id))].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, keep);
}
