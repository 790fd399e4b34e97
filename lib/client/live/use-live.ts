import { useEffect, useSyncExternalStore } from "react";
import type { PresenceMessage } from "@/lib/protocol/presence";
import type { Reading } from "@/lib/protocol/telemetry";
import { topics } from "@/lib/protocol/topics";
import type { LinkState } from "./link-state";
import { initialLink } from "./link-state";
import { attachLive, linkStore, liveStore } from "./live";
import { emptyLive, type LiveState } from "./live-state";

const serverLink = initialLink(0);

/** A part of the live state. `select` must return the same thing for the same state. */
export function useLive<T>(select: (state: LiveState) => T): T {
  return useSyncExternalStore(
    liveStore.subscribe,
    () => select(liveStore.state()),
    () => select(emptyLive),
  );
}

/** What the live link last said of one device; undefined when nothing yet. */
export function useLivePresence(deviceId: string): PresenceMessage | undefined {
  return useLive((state) => state.presence.get(deviceId));
}

export function useLink(): LinkState {
  return useSyncExternalStore(linkStore.subscribe, linkStore.state, () => serverLink);
}

/** Follows one device's telemetry while the component is there and `enabled`. */
export function useTelemetry(fleetId: string, deviceId: string, enabled: boolean, onReadings: (readings: readonly Reading[]) => void): void {
  useEffect(() => {
    if (!enabled) return;
    const detach = attachLive(topics.up(fleetId, deviceId, "telemetry"));
    const stop = liveStore.onTelemetry(deviceId, onReadings);
    return () => {
      detach();
      stop();
    };
  }, [fleetId, deviceId, enabled, onReadings]);
}
