"use client";

import type { KeyboardEvent, PointerEvent } from "react";
import { formatAbsolute } from "@/components/ui/time/format-time";
import { useZone } from "@/components/ui/time/zone";
import type { DeviceHistory } from "@/lib/domain/presence/history-view";
import classes from "./history-page.module.css";
import { LaneDrawing } from "./lane-drawing";
import { LANES, type Lane, nearestStop, type Stop, stopAfterKey } from "./stops";
import { timeTicks } from "./time-ticks";

interface HistoryAxisProps {
  history: DeviceHistory;
  stops: readonly Stop[];
  /** The stop that one stands on. */
  current: number | undefined;
  onStand: (stop: Stop) => void;
}

/** All lanes on one time axis. One stop of the keyboard: arrows walk from event to event, and each is spoken. */
export function HistoryAxis({ history, stops, current, onStand }: HistoryAxisProps) {
  const zone = useZone();
  const span = { from: Date.parse(history.from), to: Date.parse(history.to) };
  const place = (at: number) => `${((at - span.from) / (span.to - span.from)) * 100}%`;
  const lanes = LANES.filter(({ lane }) => ["state", "session", "network"].includes(lane) || stops.some((stop) => stop.lane === lane));
  const stood = current === undefined ? undefined : stops[current];
  const stand = (index: number | undefined) => {
    const stop = index === undefined ? undefined : stops[index];
    if (stop) onStand(stop);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = stops.length > 0 ? stopAfterKey(event.key, current ?? stops.length, stops.length) : undefined;
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    stand(next);
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>, lane: Lane) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    stand(nearestStop(stops, span.from + ((event.clientX - left) / width) * (span.to - span.from), lane));
  };
  return (
    <div
      className={classes.axis}
      role="slider"
      tabIndex={0}
      aria-label="Events on the time axis"
      aria-valuemin={stops.length > 0 ? 1 : 0}
      aria-valuemax={stops.length}
      aria-valuenow={current === undefined ? 0 : current + 1}
      aria-valuetext={
        stood ? `${formatAbsolute(Date.parse(stood.at), zone)}: ${stood.text}. ${stood.detail}` : `${stops.length} events; arrow keys walk along them`
      }
      onKeyDown={onKeyDown}
    >
      {lanes.map(({ lane, name }) => (
        <div key={lane} className={classes.lane}>
          <span className={classes.name}>{name}</span>
          <div className={classes.track} onPointerDown={(event) => onPointerDown(event, lane)}>
            <LaneDrawing lane={lane} history={history} stops={stops} span={span} />
            {stood ? <span className={classes.cursor} data-own={stood.lane === lane ? "" : undefined} style={{ left: place(Date.parse(stood.at)) }} /> : null}
          </div>
        </div>
      ))}
      <div className={classes.lane} aria-hidden="true">
        <span className={classes.name} />
        <div className={classes.ticks}>
          {timeTicks(span.from, span.to, zone).map(({ at, label }, index) => (
            <span key={at} data-odd={index % 2 === 1 ? "" : undefined} style={{ left: place(at) }}>
              {label}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}
