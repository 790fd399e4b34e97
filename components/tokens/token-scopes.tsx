"use client";

import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import type { TokenDetail } from "@/lib/domain/tokens/token-detail";
import type { Scope } from "@/lib/protocol/access";
import classes from "./token-page.module.css";

type Line = Scope & TokenDetail["uses"][number] & { index: number };

const COLUMNS: DataColumn<Line>[] = [
  {
    key: "right",
    head: "Right",
    tight: true,
    cell: ({ permission, action }) => (
      <StateMark state={permission === "allow" ? "done" : "offline"} word={`${permission} ${action === "all" ? "publish and subscribe" : action}`} />
    ),
  },
  {
    key: "topic",
    head: "Topic",
    phone: "full",
    cell: ({ topic, qos, retain }) => (
      <>
        <code className={classes.topic}>{topic.split("/").slice(3).join("/") || topic}</code>
        {qos || retain !== undefined ? <Sub>{limits(qos, retain)}</Sub> : null}
      </>
    ),
  },
  {
    key: "count",
    head: "Used",
    align: "end",
    tight: true,
    phone: "end",
    cell: ({ permission, count }) => (permission === "deny" ? "" : count === 0 ? "never" : `${count.toLocaleString("en")} ×`),
  },
  { key: "last", head: "Last", tight: true, phone: "full", label: "last", cell: ({ lastAt }) => (lastAt ? <Time at={lastAt} focusable /> : "") },
];

/** Its scopes, each with what was really used of it. */
export function TokenScopes({ token }: { token: TokenDetail }) {
  const { scopes, uses, scopesUsed, scopesAllowing, watchedFrom, partlyUnseen } = token;
  const lines = scopes.map((scope, index) => ({ ...scope, ...(uses[index] ?? { count: 0, firstAt: null, lastAt: null }), index }));
  return (
    <Panel
      title="Scopes and their use"
      aside={`${scopesUsed} of ${scopesAllowing} used`}
      flush
      footer={
        <>
          Counted since <Time at={watchedFrom} focusable />, at the embedded broker, RabbitMQ, EMQX and over HTTP
          {partlyUnseen ? "; what it does at Mosquitto is not counted" : ""}. Topics are below sp/v1/ and this fleet.
        </>
      }
    >
      <DataTable caption="Scopes and their use" columns={COLUMNS} rows={lines} rowKey={({ index }) => String(index)} />
    </Panel>
  );
}

function limits(qos: Scope["qos"], retain: boolean | undefined): string {
  const words = [qos ? `QoS ${qos.join(", ")}` : "", retain === undefined ? "" : retain ? "only retained" : "not retained"];
  return words.filter(Boolean).join(", ");
}
