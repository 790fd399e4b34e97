"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Panel } from "@/components/ui/panel";
import { formatClock, formatDuration, formatWeekday, startOfDay, type Zone, zoneName } from "@/components/ui/time/format-time";
import { useNow } from "@/components/ui/time/now";
import { useZone } from "@/components/ui/time/zone";
import { useLivePresence } from "@/lib/client/live/use-live";
import { timelineQuery } from "@/lib/client/queries/telemetry";
import { useSession } from "@/lib/client/session";
import { stateText } from "@/lib/domain/presence/cause-text";
import { BarPart } from "./bar-part";
import { connectedShare, formatShare, type PresenceDay, presenceDays, type Segment, segmentsOf } from "./presence-days";
import classes from "./presence-panel.module.css";

const DAYS = 7;

/** Seven days of presence, one bar a day. */
export function PresencePanel({ deviceId }: { deviceId: string }) {
  const { fleet } = useSession();
  const timeline = useQuery(timelineQuery(fleet.id, deviceId));
  const live = useLivePresence(deviceId);
  const now = useNow();
  const zone = useZone();
  const minute = Math.floor(now / 60_000) * 60_000;
  const segments = useMemo(() => {
    const changes = (timeline.data?.items ?? []).map(({ at, state }) => ({ at: Date.parse(at), state }));
    const last = Math.max(0, ...changes.map(({ at }) => at));
    if (live && Date.parse(live.since) > last) changes.push({ at: Date.parse(live.since), state: live.state });
    return segmentsOf(changes, Math.max(minute, last));
  }, [timeline.data, live, minute]);
  const starts = dayStarts(minute, zone);
  const seen = segments.filter(({ to }) => to > (starts[0] ?? 0));
  return (
    <Panel
      title="Presence"
      aside={summary(seen)}
      end={
        <>
          <span>{zoneName(minute, zone)}</span>
          <Link href={`/devices/${deviceId}/timeline`}>Timeline</Link>
        </>
      }
    >
      <Loaded query={timeline} what="presence" loading={<LoadingRows rows={DAYS} height={20} />}>
        {() => <Days days={presenceDays(segments, starts)} zone={zone} />}
      </Loaded>
    </Panel>
  );
}

/** Midnights of the last days in the zone, also where a day has 23 or 25 hours. */
function dayStarts(now: number, zone: Zone): number[] {
  const starts: number[] = [];
  let start = startOfDay(now, zone);
  for (let day = 0; day < DAYS; day++) {
    starts.unshift(start);
    start = startOfDay(start - 43_200_000, zone);
  }
  return [...starts, startOfDay((starts.at(-1) ?? now) + 129_600_000, zone)];
}

function summary(segments: readonly Segment[]): string {
  const share = connectedShare(segments);
  const longest = Math.max(0, ...segments.filter(({ state }) => state === "offline").map(({ from, to }) => to - from));
  const parts = [
    "7 days",
    ...(share === undefined ? [] : [`${formatShare(share)} connected`]),
    ...(longest > 0 ? [`longest away ${formatDuration(longest)}`] : []),
  ];
  return parts.join(" · ");
}

function Days({ days, zone }: { days: readonly PresenceDay[]; zone: Zone }) {
  const states = [...new Set(days.flatMap(({ segments }) => segments.map(({ state }) => state)))].filter((state) => state !== "never_seen");
  return (
    <>
      <ul className={classes.days}>
        {days.map((day) => (
          <li key={day.start} className={classes.day}>
            <span>{formatWeekday(day.start, zone)}</span>
            <svg className={classes.bar} viewBox="0 0 1000 14" preserveAspectRatio="none" role="img" aria-label={spoken(day, zone)}>
              {day.segments.map((segment) => (
                <BarPart key={segment.from} segment={segment} start={day.start} end={day.end} />
              ))}
            </svg>
            <span className={classes.share}>{day.connected === undefined ? "–" : formatShare(day.connected)}</span>
          </li>
        ))}
      </ul>
      <div className={classes.hours} aria-hidden="true">
        <span>00:00</span>
        <span>12:00</span>
        <span>24:00</span>
      </div>
      <div className={classes.legend}>
        {states.map((state) => (
          <span key={state}>
            <svg className={classes.bar} viewBox="0 0 14 14" preserveAspectRatio="none" aria-hidden="true">
              <BarPart segment={{ state, from: 0, to: 14 }} start={0} end={14} width={14} />
            </svg>
            {stateText(state)}
          </span>
        ))}
      </div>
    </>
  );
}

function spoken({ segments }: PresenceDay, zone: Zone): string {
  const parts = segments.map(({ state, from, to }) => `${formatClock(from, zone)} to ${formatClock(to, zone)} ${stateText(state)}`);
  return parts.length === 0 ? "nothing known" : parts.length > 12 ? `${parts.slice(0, 12).join(", ")} and more` : parts.join(", ");
}
