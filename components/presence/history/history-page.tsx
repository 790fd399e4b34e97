"use client";

import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useQueryStates } from "nuqs";
import { useMemo } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { FactStrip } from "@/components/ui/fact-strip";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { formatAbsolute, formatClock, formatDuration } from "@/components/ui/time/format-time";
import { useNow } from "@/components/ui/time/now";
import { useZone } from "@/components/ui/time/zone";
import { Timeline } from "@/components/ui/timeline";
import { ApiError } from "@/lib/client/api-error";
import { useLivePresence } from "@/lib/client/live/use-live";
import { useRefresh } from "@/lib/client/live/use-refresh";
import { PageTitle } from "@/lib/client/page-title";
import { deviceQuery, historyQuery } from "@/lib/client/queries/devices";
import { useSession } from "@/lib/client/session";
import type { DeviceHistory } from "@/lib/domain/presence/history-view";
import { formatShare } from "../presence-days";
import { HistoryAxis } from "./history-axis";
import { HistoryLegend } from "./history-legend";
import classes from "./history-page.module.css";
import { HISTORY_RANGE_MS, HISTORY_RANGE_WORDS, HISTORY_RANGES, type HistoryRange, historyParsers, shiftedUntil } from "./range";
import { StoodOn } from "./stood-on";
import { stopsOf } from "./stops";

const LISTED = 200;

/** What happened to this device, and when: everything on one time axis. */
export function HistoryPage({ deviceId }: { deviceId: string }) {
  const { fleet } = useSession();
  const [{ range, until, at }, set] = useQueryStates(historyParsers);
  const device = useQuery(deviceQuery(fleet.id, deviceId));
  const wanted = {
    deviceId,
    from: until ? new Date(until.getTime() - HISTORY_RANGE_MS[range]).toISOString() : `now-${range}`,
    to: until ? until.toISOString() : "now",
  };
  const history = useQuery(historyQuery(fleet.id, wanted));
  useRefresh(useLivePresence(deviceId)?.version, [historyQuery(fleet.id, wanted).queryKey]);
  const now = useNow();
  const missing = history.error instanceof ApiError && history.error.code === "not_found";
  const name = device.data?.name ?? (missing ? "No such device" : "Timeline");
  const shift = (direction: -1 | 1) => void set({ until: shiftedUntil(until?.getTime() ?? null, range, direction, now), at: null });
  if (missing)
    return (
      <>
        <PageTitle answer="No such device" />
        <h1 className="visually-hidden">No such device</h1>
        <EmptyState framed title="No such device in this fleet" actions={<Link href="/devices">All devices</Link>} />
      </>
    );
  return (
    <div className={classes.page}>
      <PageTitle answer={`${name}, timeline`} />
      <PageHead
        answer={name}
        why="States, sessions and what else happened, on one time axis."
        actions={
          <Button component={Link} href={`/devices/${deviceId}`}>
            Device page
          </Button>
        }
      />
      <div className={classes.controls}>
        <SegmentedControl
          aria-label="Range"
          value={range}
          onChange={(value) => void set({ range: value as HistoryRange, at: null })}
          data={HISTORY_RANGES.map((value) => ({ value, label: HISTORY_RANGE_WORDS[value] }))}
        />
        <span className={classes.moves}>
          <Button onClick={() => shift(-1)}>Earlier</Button>
          <Button onClick={() => shift(1)} disabled={until === null}>
            Later
          </Button>
          <Button onClick={() => void set({ until: null, at: null })} disabled={until === null}>
            Now
          </Button>
        </span>
      </div>
      <Loaded query={history} what="this device's timeline" loading={<LoadingRows rows={8} height={24} />}>
        {(data) => <Detail history={data} at={at} onStand={(id) => void set({ at: id })} />}
      </Loaded>
    </div>
  );
}

function Detail({ history, at, onStand }: { history: DeviceHistory; at: string | null; onStand: (id: string) => void }) {
  const zone = useZone();
  const stops = useMemo(() => stopsOf(history), [history]);
  const found = stops.findIndex(({ id }) => id === at);
  const current = found < 0 ? undefined : found;
  const newest = stops.toReversed().slice(0, LISTED);
  const aside = `${formatAbsolute(Date.parse(history.from), zone)} to ${formatAbsolute(Date.parse(history.to), zone)}`;
  return (
    <>
      <Steadiness history={history} />
      <Panel title="On one axis" aside={aside} footer={history.truncated ? "There was more in this time: the newest is shown. Take a shorter range." : null}>
        <HistoryAxis history={history} stops={stops} current={current} onStand={({ id }) => onStand(id)} />
        <StoodOn stops={stops} current={current} onStand={({ id }) => onStand(id)} />
        <HistoryLegend history={history} />
      </Panel>
      <Panel title="In order" aside="newest first" footer={stops.length > LISTED ? `The newest ${LISTED} of ${stops.length.toLocaleString("en")}` : null}>
        {newest.length === 0 ? (
          <EmptyState title="Nothing happened in this time">Take a longer range, or go to an earlier one.</EmptyState>
        ) : (
          <Timeline
            label="Everything in order"
            items={newest.map(({ id, at: moment, mark, text, detail }) => ({
              id,
              at: moment,
              state: mark,
              text,
              sub: `${formatClock(Date.parse(moment), zone, true)}${detail ? ` · ${detail}` : ""}`,
            }))}
          />
        )}
      </Panel>
    </>
  );
}

function Steadiness({ history }: { history: DeviceHistory }) {
  const { connectedShare, failures, meanTimeBetweenFailuresMs: between, longestGapMs, networkChanges, sessions } = history;
  const addresses = new Set(sessions.map(({ address }) => address)).size;
  return (
    <FactStrip
      facts={[
        { name: "Connected", value: connectedShare === null ? "–" : formatShare(connectedShare), detail: "of the time since its first session in it" },
        {
          name: "Broke",
          value: failures === 0 ? "never" : failures === 1 ? "once" : `${failures.toLocaleString("en")} times`,
          detail: "ends that nobody wanted",
        },
        { name: "Between failures", value: between === null ? "–" : formatDuration(between), detail: "connected, on average" },
        { name: "Longest gap", value: longestGapMs > 0 ? formatDuration(longestGapMs) : "none", detail: "without a session" },
        {
          name: "Networks",
          value: `${networkChanges} ${networkChanges === 1 ? "change" : "changes"}`,
          detail: `${addresses} ${addresses === 1 ? "address" : "addresses"}`,
        },
      ]}
    />
  );
}
