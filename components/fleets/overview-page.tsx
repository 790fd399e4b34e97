"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Loaded } from "@/components/ui/loaded";
import { Note } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { StatStrip } from "@/components/ui/stat-strip";
import { StateMark } from "@/components/ui/state-mark";
import { patchSites, withSiteCounts } from "@/lib/client/live/patch-sites";
import { useLive } from "@/lib/client/live/use-live";
import { useRefresh } from "@/lib/client/live/use-refresh";
import { PageTitle } from "@/lib/client/page-title";
import { alertsQuery } from "@/lib/client/queries/alerts";
import { tamperVerdictsQuery } from "@/lib/client/queries/diagnosis";
import { outagesQuery } from "@/lib/client/queries/outages";
import { overviewQuery } from "@/lib/client/queries/overview";
import { useSession } from "@/lib/client/session";
import type { AlertView } from "@/lib/domain/alerts/alert-view";
import type { TamperVerdictView } from "@/lib/domain/diagnosis/tamper-view";
import type { Overview } from "@/lib/domain/fleets/overview-view";
import type { OutageView } from "@/lib/domain/outages/outage-view";
import { AttentionList } from "./attention-list";
import { attentionRows, overviewAnswer, overviewWhy } from "./attention-rows";
import { EventFeed } from "./event-feed";
import { FirstRun } from "./first-run";
import { HealthPanel } from "./health-panel";
import { mergeEvents } from "./merge-events";
import classes from "./overview.module.css";
import { RatePanel } from "./rate-panel";
import { SiteWall } from "./site-wall";

/** Does anything need me? */
export function OverviewPage() {
  const { fleet } = useSession();
  const overview = useQuery(overviewQuery(fleet.id));
  const alerts = useQuery(alertsQuery(fleet.id, { state: "firing", limit: 500 }));
  const outages = useQuery(outagesQuery(fleet.id, { state: "open", limit: 200 }));
  const tampered = useQuery(tamperVerdictsQuery(fleet.id));
  useRefresh(
    useLive((state) => state.summary?.at),
    [outagesQuery(fleet.id, { state: "open", limit: 200 }).queryKey],
  );
  return (
    <>
      {overview.data ? null : (
        <>
          <PageTitle answer="Overview" />
          <h1 className="visually-hidden">Overview</h1>
        </>
      )}
      <Loaded query={overview} what="the overview">
        {(data) => (
          <Board
            overview={data}
            alerts={alerts.data?.items}
            outages={outages.data?.items}
            tampered={tampered.data?.items}
            alertsFailed={alerts.isError || outages.isError}
          />
        )}
      </Loaded>
    </>
  );
}

const STRIP = ["online", "sleeping", "silent", "flapping", "unknown", "offline", "never_seen"] as const;
const NONE: readonly AlertView[] = [];
const NO_OUTAGES: readonly OutageView[] = [];
const NO_VERDICTS: readonly TamperVerdictView[] = [];

interface BoardProps {
  overview: Overview;
  alerts: readonly AlertView[] | undefined;
  outages: readonly OutageView[] | undefined;
  tampered: readonly TamperVerdictView[] | undefined;
  alertsFailed: boolean;
}

function Board({ overview, alerts = NONE, outages = NO_OUTAGES, tampered = NO_VERDICTS, alertsFailed }: BoardProps) {
  const live = useLive((state) => state.summary);
  const presence = useLive((state) => state.presence);
  const liveEvents = useLive((state) => state.events);
  const { fleet } = useSession();
  const sites = useMemo(() => patchSites(overview.sites, presence), [overview.sites, presence]);
  const summary = withSiteCounts(live && live.at > overview.summary.at ? live : overview.summary, sites);
  // A device came or went: which cells there are is the server's to say.
  useRefresh(live?.devices, [overviewQuery(fleet.id).queryKey]);
  const rows = useMemo(() => attentionRows({ alerts, sites, outages, tampered, health: overview.health }), [alerts, sites, outages, tampered, overview.health]);
  const events = useMemo(() => mergeEvents(liveEvents, overview.events, 12), [liveEvents, overview.events]);
  const answer = overviewAnswer(rows, summary.counts);
  const unseen = summary.devices === summary.counts.never_seen;
  return (
    <div className={classes.page}>
      <PageTitle answer={rows.length > 0 ? `(${rows.length}) ${answer}` : answer} />
      <PageHead answer={answer} why={summary.devices === 0 ? "Four steps to a fleet that reports." : overviewWhy(rows, summary.counts)} />
      {unseen ? <FirstRun devices={summary.devices} rate={overview.rate} /> : null}
      {alertsFailed ? (
        <Note tone="warn" mark="waiting" role="status">
          Alerts or outages could not be loaded: something may need you that is not listed here.
        </Note>
      ) : null}
      {rows.length > 0 ? <AttentionList rows={rows} /> : null}
      {summary.devices > 0 ? (
        <StatStrip
          label="Devices by state"
          stats={STRIP.map((state) => ({ key: state, value: summary.counts[state], label: <StateMark state={state} />, href: `/devices?state=${state}` }))}
        />
      ) : null}
      <div className={classes.columns}>
        <div className={classes.stack}>
          {summary.devices > 0 ? (
            <Panel title="Sites" aside="one cell, one device · worst first" end={`${sites.length} ${sites.length === 1 ? "site" : "sites"}`}>
              <SiteWall sites={sites} />
            </Panel>
          ) : null}
          <RatePanel rate={overview.rate} perSecond={summary.messagesPerSecond} />
        </div>
        <div className={classes.stack}>
          <Panel title="Newest events">{events.length > 0 ? <EventFeed events={events} /> : <p className={classes.quiet}>Nothing has happened yet.</p>}</Panel>
          <HealthPanel health={overview.health} />
        </div>
      </div>
    </div>
  );
}
