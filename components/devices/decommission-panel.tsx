"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { KeyValue } from "@/components/ui/key-value";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { ApiError } from "@/lib/client/api-error";
import { decommissionQuery } from "@/lib/client/queries/devices";
import { useSession } from "@/lib/client/session";
import type { DecommissionView } from "@/lib/domain/devices/decommission-view";

/** What retiring this device did. Nothing for one that was retired before there were records. */
export function DecommissionPanel({ deviceId }: { deviceId: string }) {
  const { fleet } = useSession();
  const record = useQuery(decommissionQuery(fleet.id, deviceId));
  if (record.error instanceof ApiError && record.error.code === "not_found") return null;
  return (
    <Panel title="Retired" aside="what that did">
      <Loaded query={record} what="what retiring it did">
        {(data) => <KeyValue rows={rowsOf(data)} />}
      </Loaded>
    </Panel>
  );
}

function rowsOf(record: DecommissionView): (readonly [string, ReactNode])[] {
  const { at, by, reason, jobId, revocationId, tokens, keysDestroyed, rotationsLeft, enrolmentsClosed, alertsEnded, investigationsClosed, commandsCancelled } =
    record;
  return [
    [
      "When",
      <span key="when">
        <Time at={at} focusable />, by {by}
      </span>,
    ],
    ...(reason ? [["Reason", reason] as const] : []),
    ...(jobId
      ? [
          [
            "Job",
            <Link key="job" href={`/jobs/${jobId}`}>
              {jobId}
            </Link>,
          ] as const,
        ]
      : []),
    [
      "Tokens",
      revocationId ? (
        <span key="tokens">
          {tokens} revoked, <Link href={`/tokens/revocations/${revocationId}`}>with a receipt</Link>
        </span>
      ) : (
        "none was left"
      ),
    ],
    ["Sessions", <Sessions key="sessions" {...record.sessions} />],
    ["Content keys", keysDestroyed === 0 ? "it had none" : `${keysDestroyed} destroyed`],
    ...(rotationsLeft > 0 ? [["Key rotations", `${rotationsLeft} left`] as const] : []),
    ["Claims", enrolmentsClosed === 0 ? "nothing was open" : `${enrolmentsClosed} closed`],
    ["Alerts", alertsEnded === 0 ? "none was open" : `${alertsEnded} ended`],
    ...(commandsCancelled > 0 ? [["Commands", `${commandsCancelled} cancelled`] as const] : []),
    ...(investigationsClosed > 0 ? [["Investigations", `${investigationsClosed} closed`] as const] : []),
    ["Retained messages", <Retained key="retained" at={record.retainedClearedAt} />],
    ["History", "kept"],
  ];
}

function Sessions({ total, cut, open, lastCutMilliseconds }: DecommissionView["sessions"]) {
  if (total === 0) return "none was open";
  if (open > 0) return <StateMark state="pending" word={`${open} of ${total} still open`} />;
  return `${cut} of ${total} cut${lastCutMilliseconds === null ? "" : `, in ${Math.round(lastCutMilliseconds)} ms`}`;
}

function Retained({ at }: { at: string | null }) {
  if (at === null) return <StateMark state="pending" word="being cleared" />;
  return (
    <span>
      cleared <Time at={at} focusable />
    </span>
  );
}
