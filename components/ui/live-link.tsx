"use client";

import { Icon } from "./icon";
import classes from "./live-link.module.css";
import { SHAPES } from "./state-shapes";
import { formatClock } from "./time/format-time";
import { useNow } from "./time/now";
import { useZone } from "./time/zone";

/** What the page knows about its own freshness. Times in milliseconds since 1970. */
export type LinkView =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "paused"; waiting: number }
  | { kind: "reconnecting"; since: number }
  | { kind: "stale"; since: number };

const SHAPE = { connecting: "waiting", live: "online", paused: "silent", reconnecting: "unknown", stale: "offline" } as const;

/** The same place on every page says whether what you see is now, and lets you stop it. Announced once per change of kind. */
export function LiveLink({ view, updatedAt, onToggle }: { view: LinkView; updatedAt: number; onToggle: () => void }) {
  const now = useNow();
  const zone = useZone();
  const paused = view.kind === "paused";
  return (
    <div className={classes.live} data-kind={view.kind} data-testid="live-link">
      <span className={classes.state}>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          {SHAPES[SHAPE[view.kind]]}
        </svg>
        <b role="status">{SPOKEN[view.kind]}</b>
        {detail(view, now, zone)}
      </span>
      {updatedAt > 0 && now > 0 ? <span className={classes.updated}>updated {formatClock(updatedAt, zone, true)}</span> : null}
      <button
        type="button"
        className={classes.button}
        onClick={onToggle}
        aria-pressed={paused}
        aria-keyshortcuts="p"
        aria-label={paused ? "Resume live updates" : "Pause live updates"}
      >
        <Icon name={paused ? "play" : "pause"} size={12} />
        <span>{paused ? "Resume" : "Pause"}</span> <kbd>p</kbd>
      </button>
    </div>
  );
}

const SPOKEN = { connecting: "Connecting", live: "Live", paused: "Paused", reconnecting: "Reconnecting", stale: "Stale" } as const;

function detail(view: LinkView, now: number, zone: "local" | "utc"): string {
  if (view.kind === "paused") return `(${view.waiting.toLocaleString("en")} waiting)`;
  if (view.kind === "reconnecting") return `${Math.max(0, Math.floor((now - view.since) / 1_000))} s`;
  return view.kind === "stale" ? `since ${formatClock(view.since, zone)}` : "";
}
