import type { LiveAlert, LiveEvent, LiveSummary } from "@/lib/protocol/live";
import type { PresenceMessage } from "@/lib/protocol/presence";
import type { LiveMessage } from "./read-message";

/** What the live link has told since the page was opened. Replaced, never changed: parts that stay equal stay identical. */
export interface LiveState {
  presence: ReadonlyMap<string, PresenceMessage>;
  summary: LiveSummary | undefined;
  /** Newest first, each once. */
  events: readonly LiveEvent[];
  alerts: ReadonlyMap<string, LiveAlert>;
}

export const EVENTS_KEPT = 100;
export const emptyLive: LiveState = { presence: new Map(), summary: undefined, events: [], alerts: new Map() };

/** Takes one frame's messages at once: a map is copied once a frame, not once a message. */
export function applyMessages(state: LiveState, messages: readonly LiveMessage[]): LiveState {
  const draft = { ...state };
  for (const message of messages) {
    if (message.kind === "presence") draft.presence = takeNewer(draft.presence, state.presence, message.presence.device, message.presence);
    else if (message.kind === "alert") draft.alerts = takeNewer(draft.alerts, state.alerts, message.alert.id, message.alert);
    else if (message.kind === "summary") draft.summary = newerSummary(draft.summary, message.summary);
    else if (message.kind === "event") draft.events = addEvent(draft.events, message.event);
  }
  return Object.keys(draft).some((key) => draft[key as keyof LiveState] !== state[key as keyof LiveState]) ? draft : state;
}

/** A version that is not higher is old or doubled (retained copy, overlap of two connections): ignored. */
function takeNewer<T extends { version: number }>(
  map: ReadonlyMap<string, T>,
  original: ReadonlyMap<string, T>,
  key: string,
  value: T,
): ReadonlyMap<string, T> {
  const known = map.get(key);
  if (known && known.version >= value.version) return map;
  const copy = map === original ? new Map(map) : (map as Map<string, T>);
  return copy.set(key, value);
}

function newerSummary(known: LiveSummary | undefined, next: LiveSummary): LiveSummary {
  return known && Date.parse(known.at) >= Date.parse(next.at) ? known : next;
}

function addEvent(events: readonly LiveEvent[], event: LiveEvent): readonly LiveEvent[] {
  if (events.some(({ id }) => id === event.id)) return events;
  const at = Date.parse(event.at);
  const place = events.findIndex((other) => Date.parse(other.at) <= at);
  const next = place < 0 ? [...events, event] : [...events.slice(0, place), event, ...events.slice(place)];
  return next.slice(0, EVENTS_KEPT);
}
