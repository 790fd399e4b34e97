import { focusManager } from "@tanstack/react-query";
import { isEnvelope } from "@/lib/protocol/envelope/envelope";
import { topics } from "@/lib/protocol/topics";
import { fetchOpeningKeys } from "../commands/keys";
import { fetchLiveToken } from "../commands/live-token";
import { fetchSealed } from "../commands/sealed";
import { contentKeyOf } from "../sealed/content-keys";
import { sealedStore } from "../sealed/session-store";
import { Followers } from "./followers";
import { Link } from "./link";
import { advanceLink, initialLink, type LinkEvent, type LinkState } from "./link-state";
import { LiveStore } from "./live-store";
import { openWire } from "./open-wire";
import { readMessage } from "./read-message";
import { SealedTelemetry } from "./sealed-telemetry";

/** A hidden tab gets no frames, but its title must still tell the truth. */
function nextFrame(flush: () => void): void {
  if (document.hidden) setTimeout(flush, 1_000);
  else requestAnimationFrame(flush);
}

let linkState: LinkState = initialLink(0);
const linkListeners = new Set<() => void>();
let current: Link | undefined;
const followers = new Followers();

function onEvent(event: LinkEvent): void {
  const next = advanceLink(linkState, event);
  if (next === linkState) return;
  const quiet = event.type === "received" && next.updatedAt - linkState.updatedAt < 1_000;
  if (quiet) return;
  linkState = next;
  for (const listener of linkListeners) listener();
}

export const liveStore = new LiveStore(nextFrame, (waiting) => onEvent({ type: "queued", waiting }));

/** The one live connection of this tab, for one fleet at a time. Returns the function that ends it. */
export function startLive({ fleetId, userId }: { fleetId: string; userId: string }, onGap: () => void): () => void {
  linkState = initialLink(Date.now());
  liveStore.reset();
  focusManager.setFocused(undefined);
  let custody: Promise<boolean> | undefined;
  const sealed = new SealedTelemetry({
    fetchKeys: (deviceId) => fetchOpeningKeys(fleetId, deviceId),
    unlockedKey: async (deviceId, version) => {
      const session = sealedStore.of(fleetId, userId)?.session;
      return session && contentKeyOf(session, deviceId, version);
    },
    isSealed: () => {
      custody ??= fetchSealed(fleetId).then(
        (view) => view.sealed !== null,
        () => false,
      );
      return custody;
    },
    now: () => Date.now(),
  });
  const started: Link = new Link({
    fetchToken: () => fetchLiveToken(fleetId),
    openWire,
    filters: [topics.presenceOfAll(fleetId), topics.liveAll(fleetId)],
    onMessage: (topic, payload) => {
      const take = (plain: Uint8Array) => {
        const message = readMessage(topic, plain, Date.now());
        if (message && current === started) liveStore.push(message);
      };
      if (isEnvelope(payload)) void sealed.open(topic, payload).then((plain) => plain && take(plain));
      else take(payload);
    },
    onEvent,
    onGap,
    now: () => Date.now(),
  });
  const wake = () => {
    if (!document.hidden) started.wake();
  };
  current = started;
  followers.use(started);
  started.start();
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  return () => {
    document.removeEventListener("visibilitychange", wake);
    removeEventListener("online", wake);
    started.stop();
    if (current !== started) return;
    current = undefined;
    followers.use(undefined);
  };
}

/** Follows one more topic filter until the returned function is called. */
export function attachLive(filter: string): () => void {
  return followers.add(filter);
}

export const linkStore = {
  state: (): LinkState => linkState,
  subscribe: (listener: () => void): (() => void) => {
    linkListeners.add(listener);
    return () => linkListeners.delete(listener);
  },
};

/** Stops the page from moving, and lets it catch up. `onResumed` fetches what a pause does not replay. */
export function togglePause(onResumed: () => void): void {
  if (linkState.paused) {
    liveStore.resume();
    onEvent({ type: "resumed" });
    focusManager.setFocused(undefined);
    onResumed();
  } else {
    liveStore.pause();
    onEvent({ type: "paused" });
    // Queries that renew themselves do so only while the page has the focus, in their own words.
    focusManager.setFocused(false);
  }
}
