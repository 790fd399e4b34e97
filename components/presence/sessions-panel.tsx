"use client";

import { useQuery } from "@tanstack/react-query";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { Tag } from "@/components/ui/tag";
import { formatDuration } from "@/components/ui/time/format-time";
import { Time } from "@/components/ui/time/time";
import { useLivePresence } from "@/lib/client/live/use-live";
import { useRefresh } from "@/lib/client/live/use-refresh";
import { sessionsQuery } from "@/lib/client/queries/devices";
import { useSession } from "@/lib/client/session";
import type { DeviceSessions, SessionView } from "@/lib/domain/presence/session-view";
import { formatShare } from "./presence-days";

const COLUMNS: readonly DataColumn<SessionView>[] = [
  { key: "from", head: "Connected", tight: true, cell: ({ connectedAt }) => <Time at={connectedAt} focusable /> },
  {
    key: "for",
    head: "For",
    tight: true,
    phone: "end",
    cell: ({ connectedAt, endedAt }) => (endedAt ? formatDuration(Date.parse(endedAt) - Date.parse(connectedAt)) : <Time at={connectedAt} form="elapsed" />),
  },
  {
    key: "end",
    head: "How it ended",
    phone: "full",
    cell: ({ endedAt, reason, number }) => (
      <>
        {endedAt === null ? "it is open" : (reason ?? "our broker restarted")}
        <Sub>session {number}</Sub>
      </>
    ),
  },
  {
    key: "where",
    head: "From",
    phone: "full",
    cell: ({ address, networkChanged, transport }) => (
      <>
        {address} {networkChanged ? <Tag>another network</Tag> : null}
        <Sub>{transport.toUpperCase()}</Sub>
      </>
    ),
  },
];

/** Every connection: when, from where, and how it ended. Above it how steady the device is. */
export function SessionsPanel({ deviceId }: { deviceId: string }) {
  const { fleet } = useSession();
  const sessions = useQuery(sessionsQuery(fleet.id, deviceId));
  useRefresh(useLivePresence(deviceId)?.version, [sessionsQuery(fleet.id, deviceId).queryKey]);
  const { data } = sessions;
  return (
    <Panel
      title="Sessions"
      aside={data ? steadiness(data) : null}
      flush
      footer={data ? `${data.items.length.toLocaleString("en")} of ${data.total.toLocaleString("en")} sessions` : null}
    >
      <Loaded query={sessions} what="the sessions">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No session within 30 days" />
          ) : (
            <DataTable caption="Sessions" columns={COLUMNS} rows={items} rowKey={({ number }) => number} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function steadiness({ days, connectedShare, failures, meanTimeBetweenFailuresMs, longestGapMs, networkChanges }: DeviceSessions): string {
  return [
    `${days} days`,
    ...(connectedShare === null ? [] : [`${formatShare(connectedShare)} connected`]),
    failures === 0 ? "never broke" : `broke ${failures === 1 ? "once" : `${failures.toLocaleString("en")} times`}`,
    ...(meanTimeBetweenFailuresMs === null || failures < 2 ? [] : [`every ${formatDuration(meanTimeBetweenFailuresMs)} of connection`]),
    ...(longestGapMs > 0 ? [`longest away ${formatDuration(longestGapMs)}`] : []),
    ...(networkChanges > 0 ? [`${networkChanges.toLocaleString("en")} ${networkChanges === 1 ? "change" : "changes"} of network`] : []),
  ].join(" · ");
}
