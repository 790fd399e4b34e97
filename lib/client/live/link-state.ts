/** Whether the page is up to date, as a pure machine. Times in milliseconds since 1970. */
export interface LinkState {
  connected: boolean;
  /** When the link was last known to be good: at first when it was started, 0 before that. */
  lostAt: number;
  wasConnected: boolean;
  paused: boolean;
  /** Messages that wait for the end of a pause. */
  waiting: number;
  /** Newest moment at which something arrived or a check succeeded; 0 before the first. */
  updatedAt: number;
}

export type LinkEvent =
  | { type: "connected"; at: number }
  | { type: "lost"; at: number }
  | { type: "received"; at: number }
  | { type: "queued"; waiting: number }
  | { type: "paused" }
  | { type: "resumed" };

export type LinkView =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "paused"; waiting: number }
  | { kind: "reconnecting"; since: number }
  | { kind: "stale"; since: number };

/** A loss shorter than this is a hiccup; from then on what is shown counts as old. */
export const STALE_AFTER_MS = 10_000;

export function initialLink(now: number): LinkState {
  return { connected: false, lostAt: now, wasConnected: false, paused: false, waiting: 0, updatedAt: 0 };
}

export function advanceLink(state: LinkState, event: LinkEvent): LinkState {
  switch (event.type) {
    case "connected":
      return { ...state, connected: true, wasConnected: true, updatedAt: event.at };
    case "lost":
      // A second loss while already lost must not restart the clock of staleness.
      return state.connected ? { ...state, connected: false, lostAt: event.at } : state;
    case "received":
      return state.paused ? state : { ...state, updatedAt: event.at };
    case "queued":
      return { ...state, waiting: event.waiting };
    case "paused":
      return { ...state, paused: true, waiting: 0 };
    case "resumed":
      return { ...state, paused: false, waiting: 0 };
  }
}

/** A lost link outranks a pause: a pause that can no longer end in fresh data is no pause. */
export function viewLink(state: LinkState, now: number): LinkView {
  if (!state.connected) {
    if (state.lostAt === 0) return { kind: "connecting" };
    if (now - state.lostAt >= STALE_AFTER_MS) return { kind: "stale", since: state.lostAt };
    return state.wasConnected ? { kind: "reconnecting", since: state.lostAt } : { kind: "connecting" };
  }
  return state.paused ? { kind: "paused", waiting: state.waiting } : { kind: "live" };
}
