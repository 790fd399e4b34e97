"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValue } from "@/components/ui/key-value";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { deviceQuery } from "@/lib/client/queries/devices";
import { useSession } from "@/lib/client/session";
import type { DeviceDetail } from "@/lib/domain/devices/device-view";
import type { FindingView } from "@/lib/domain/posture/posture-view";
import { PROOF_REASONS } from "@/lib/domain/posture/proof";
import classes from "./posture.module.css";
import { findingName, PROOF_MARKS, VERDICT_MARKS } from "./posture-words";

type Posture = NonNullable<DeviceDetail["posture"]>;
const SHOWN = 8;

/** Can anything come in? What the device itself says listens, since when, and where it connects to. */
export function PosturePanel({ deviceId }: { deviceId: string }) {
  const { fleet } = useSession();
  const { data: device } = useQuery(deviceQuery(fleet.id, deviceId));
  if (!device) return null;
  const { posture, proof } = device;
  return (
    <Panel
      title="Zero inbound"
      aside={<StateMark {...PROOF_MARKS[proof]} />}
      end={<Link href="/posture">Fleet</Link>}
      flush={posture === null}
      footer={
        posture ? (
          <>
            Reported <Time at={posture.receivedAt} focusable />, by the device itself.
          </>
        ) : undefined
      }
    >
      {posture ? (
        <Report posture={posture} proof={proof} />
      ) : (
        <EmptyState title="No posture report yet">
          Our agent sends one every few minutes: what listens on the device. Other clients may publish it too.
        </EmptyState>
      )}
    </Panel>
  );
}

function Report({ posture, proof }: { posture: Posture; proof: DeviceDetail["proof"] }) {
  const open = posture.findings.filter(({ endedAt }) => endedAt === null);
  const listeners = open.filter(({ kind }) => kind === "listener");
  const others = open.filter(({ kind }) => kind !== "listener");
  const ended = posture.findings.filter(({ endedAt }) => endedAt !== null);
  return (
    <>
      <p className={classes.reason}>{PROOF_REASONS[proof]}</p>
      <KeyValue
        rows={[
          ["Inbound", <Inbound key="i" posture={posture} />],
          ["Counted", `${posture.listeningTcp} tcp, ${posture.listeningUdp} udp, loopback too`],
          ...(listeners.length > 0 ? [["Listening", <Findings key="l" findings={listeners} />] as const] : []),
          ["Connected to", <Destinations key="d" destinations={posture.destinations} />],
          ...(others.length > 0 ? [["Unusual", <Findings key="u" findings={others} explained />] as const] : []),
          ...(ended.length > 0 ? [["Before", <Findings key="b" findings={ended} />] as const] : []),
        ]}
      />
    </>
  );
}

function Inbound({ posture: { inbound, inboundSince } }: { posture: Posture }) {
  if (inbound === null) return "the report does not say";
  return (
    <>
      {inbound === 0 ? "nothing" : `${inbound} ${inbound === 1 ? "port" : "ports"}`}, <Time at={inboundSince} form="since" focusable />
    </>
  );
}

function Findings({ findings, explained }: { findings: readonly FindingView[]; explained?: boolean }) {
  return (
    <ul className={classes.findings}>
      {findings.slice(0, SHOWN).map((finding) => (
        <li key={`${finding.kind} ${finding.what} ${finding.since}`}>
          <StateMark {...VERDICT_MARKS[finding.verdict]} bare />
          <span>
            {explained ? finding.evidence : <code>{findingName(finding)}</code>}{" "}
            <span className={classes.quiet}>
              {explained ? null : `${VERDICT_MARKS[finding.verdict].word.toLowerCase()}, `}
              {finding.endedAt === null ? <Time at={finding.since} form="since" focusable /> : <Ended finding={finding} endedAt={finding.endedAt} />}
            </span>
          </span>
        </li>
      ))}
      {findings.length > SHOWN ? <li>and {findings.length - SHOWN} more</li> : null}
    </ul>
  );
}

function Ended({ finding, endedAt }: { finding: FindingView; endedAt: string }) {
  return (
    <>
      <Time at={finding.since} form="moment" focusable /> to <Time at={endedAt} form="moment" focusable />
    </>
  );
}

function Destinations({ destinations }: { destinations: readonly string[] }) {
  if (destinations.length === 0) return "nothing, when it reported";
  return (
    <ul className={classes.findings}>
      {destinations.slice(0, SHOWN).map((remote) => (
        <li key={remote}>
          <code>{remote}</code>
        </li>
      ))}
      {destinations.length > SHOWN ? <li>and {destinations.length - SHOWN} more</li> : null}
    </ul>
  );
}
