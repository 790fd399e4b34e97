"use client";

import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { causeText } from "@/lib/domain/presence/cause-text";
import { sessionEnd } from "@/lib/domain/presence/disconnect-cause";
import type { TokenDetail } from "@/lib/domain/tokens/token-detail";
import classes from "./token-page.module.css";

const BROKERS: Record<string, string> = { embedded: "embedded broker", rabbitmq: "RabbitMQ", emqx: "EMQX" };

export function TokenConnections({ token: { connected, connections, lastUsedAt } }: { token: TokenDetail }) {
  return (
    <Panel title="Connected now" aside={connected > connections.length ? `the newest ${connections.length} of ${connected}` : undefined}>
      {connected === 0 ? (
        <p>
          {lastUsedAt ? (
            <>
              Nobody. Last used <Time at={lastUsedAt} focusable />.
            </>
          ) : (
            "Nobody, and nobody ever was."
          )}
        </p>
      ) : (
        <ul className={classes.plain}>
          {connections.map(({ broker, clientId, address, since }) => (
            <li key={`${broker} ${clientId} ${since}`}>
              <StateMark state="online" word={BROKERS[broker] ?? broker} />
              <Sub>
                <code>{clientId}</code>
                {address ? ` from ${address}` : ""}, since <Time at={since} focusable />
              </Sub>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

type Session = TokenDetail["sessions"][number];

const COLUMNS: DataColumn<Session>[] = [
  {
    key: "session",
    head: "Session",
    cell: ({ number, clientId, transport, address }) => (
      <>
        #{number} <code>{clientId}</code>
        <Sub>
          {transport} from {address}
        </Sub>
      </>
    ),
  },
  { key: "from", head: "Connected", tight: true, phone: "full", label: "connected", cell: ({ connectedAt }) => <Time at={connectedAt} focusable /> },
  {
    key: "to",
    head: "Ended",
    phone: "full",
    cell: ({ disconnectedAt, disconnectReason }) =>
      disconnectedAt ? (
        <>
          <Time at={disconnectedAt} focusable />
          <Sub>{causeText(sessionEnd(disconnectReason).cause)}</Sub>
        </>
      ) : (
        <StateMark state="online" word="open" />
      ),
  },
];

export function TokenSessions({ token: { sessions, sessionsTotal } }: { token: TokenDetail }) {
  return (
    <Panel
      title="Sessions"
      aside="at the embedded broker, newest first"
      flush={sessions.length > 0}
      footer={sessionsTotal > sessions.length ? `${sessions.length} of ${sessionsTotal.toLocaleString("en")} shown` : undefined}
    >
      {sessions.length === 0 ? <p>None.</p> : <DataTable caption="Sessions" columns={COLUMNS} rows={sessions} rowKey={({ number }) => number} />}
    </Panel>
  );
}
