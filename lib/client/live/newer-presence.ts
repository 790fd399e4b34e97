import type { PresenceView } from "@/lib/domain/devices/device-view";
import type { PresenceMessage } from "@/lib/protocol/presence";

/** What to show of a device that both the server's answer and the live link speak of: the later version, and the latest sign of life. */
export function newerPresence(fetched: PresenceView, live: PresenceMessage | undefined): PresenceView {
  if (!live || live.version < fetched.version) return fetched;
  const { state, cause, since, version } = live;
  return { state, cause, since, version, lastSeenAt: later(fetched.lastSeenAt, live.lastSeenAt) };
}

function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) > Date.parse(b) ? a : b;
}
