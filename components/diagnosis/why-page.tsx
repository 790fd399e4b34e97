"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Note } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { SHAPES, STATE_MARKS, type StateName } from "@/components/ui/state-shapes";
import { formatAbsolute } from "@/components/ui/time/format-time";
import { Time } from "@/components/ui/time/time";
import { useZone } from "@/components/ui/time/zone";
import { Timeline } from "@/components/ui/timeline";
import { ApiError } from "@/lib/client/api-error";
import { useLivePresence } from "@/lib/client/live/use-live";
import { useRefresh } from "@/lib/client/live/use-refresh";
import { PageTitle } from "@/lib/client/page-title";
import { diagnosisQuery } from "@/lib/client/queries/diagnosis";
import { useSession } from "@/lib/client/session";
import type { DiagnosisView } from "@/lib/domain/diagnosis/diagnosis-view";
import { causeText } from "@/lib/domain/presence/cause-text";
import { EvidenceList, HypothesisList } from "./hypothesis-list";
import { PingButton, PingResult } from "./ping";
import classes from "./why-page.module.css";

/** Why is this device offline? The heading is the answer; everything on the page is metadata. */
export function WhyPage({ deviceId, beside }: { deviceId: string; beside: ReactNode }) {
  const { fleet } = useSession();
  const diagnosis = useQuery(diagnosisQuery(fleet.id, deviceId));
  useRefresh(useLivePresence(deviceId)?.version, [diagnosisQuery(fleet.id, deviceId).queryKey]);
  const missing = diagnosis.error instanceof ApiError && diagnosis.error.code === "not_found";
  return (
    <>
      {diagnosis.data ? null : (
        <>
          <PageTitle answer={missing ? "No such device" : "Why offline"} />
          <h1 className="visually-hidden">{missing ? "No such device" : "Why is this device offline?"}</h1>
        </>
      )}
      {missing ? (
        <EmptyState framed title="No such device in this fleet" actions={<Link href="/devices">All devices</Link>} />
      ) : (
        <Loaded query={diagnosis} what="why this device is offline">
          {(data) => <Detail diagnosis={data} beside={beside} />}
        </Loaded>
      )}
    </>
  );
}

function Detail({ diagnosis, beside }: { diagnosis: DiagnosisView; beside: ReactNode }) {
  const { device, at: asOf, answer, state, cause, since, layers, hypotheses, tamper, events } = diagnosis;
  const zone = useZone();
  const here = `/devices/${device.id}/why`;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <Note tone="sleep" mark="info">
        <b>Metadata only.</b> Times, addresses, tokens by id and counts; never what a device has sent. Every role sees this page alike.
      </Note>
      <PageHead
        answer={answer}
        beside={tamper.suspected ? <StateMark state="tamper" large /> : null}
        why={
          <>
            <StateMark state={state} /> <Time at={since} form="since" focusable />, <Time at={since} form="elapsed" />
            {device.site ? `, at ${device.site}` : ""}. {causeText(cause)}
          </>
        }
        actions={
          <>
            <PingButton deviceId={device.id} />
            <CopyButton value={summaryText(diagnosis)} label="Copy summary" />
            <Button onClick={() => window.print()}>Print</Button>
            <Button component={Link} href={`/devices/${device.id}`}>
              Device page
            </Button>
          </>
        }
      />
      <PingResult deviceId={device.id} />
      <Layers layers={layers} />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Panel title="What it may be" aside="best supported first" flush>
            <HypothesisList hypotheses={hypotheses} here={here} />
          </Panel>
          {tamper.suspected ? (
            <Panel title="Why tampering is suspected" aside={`signs sum up to ${tamper.score}; from 4 on it is told`}>
              <EvidenceList evidence={tamper.evidence} />
            </Panel>
          ) : null}
        </div>
        <div className={classes.stack}>
          {beside}
          <Panel title="Everything that happened" aside="newest first" end={<Link href={`/devices/${device.id}/timeline`}>On one axis</Link>}>
            <Timeline
              label="Everything that happened"
              items={events.map(({ at, kind, mark, text, detail }, index) => ({ id: `${at} ${kind} ${index}`, at, state: markOf(mark), text, sub: detail }))}
            />
          </Panel>
        </div>
      </div>
      <p className={classes.printed}>
        As of {formatAbsolute(Date.parse(asOf), zone)}. Device {device.id}, console page {here}.
      </p>
    </div>
  );
}

function markOf(mark: string): StateName {
  return mark in STATE_MARKS ? (mark as StateName) : "info";
}

const LAYER_MARKS = { good: "done", bad: "failed", odd: "silent", unknown: "unknown" } as const;
const LAYER_WORDS = { good: "in order", bad: "not in order", odd: "unusual", unknown: "not known" } as const;

function Layers({ layers }: { layers: DiagnosisView["layers"] }) {
  return (
    <dl className={classes.layers}>
      {layers.map(({ name, state, text }) => (
        <div key={name} className={classes.layer} data-state={state}>
          <dt>{name}</dt>
          <dd>
            <svg viewBox="0 0 12 12" aria-hidden="true">
              {SHAPES[LAYER_MARKS[state]]}
            </svg>
            <span className="visually-hidden">{LAYER_WORDS[state]}: </span>
            {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What goes into a ticket: plain text, metadata only. */
function summaryText({ device, at, answer, hypotheses, layers }: DiagnosisView): string {
  const lines = hypotheses
    .filter(({ likelihood }) => likelihood !== "ruled_out")
    .flatMap(({ title, likelihood, evidence, next }) => [
      `- ${title} (${likelihood.replace("_", " ")})`,
      ...evidence.map(({ weight, text }) => `    ${weight > 0 ? "+" : weight < 0 ? "-" : " "} ${text}`),
      `    Next: ${next.text}`,
    ]);
  return [`${answer}.`, `Device ${device.id}, as of ${at}`, layers.map(({ name, text }) => `${name}: ${text}`).join(" | "), ...lines].join("\n");
}
