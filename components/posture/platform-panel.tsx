"use client";

import { useQuery } from "@tanstack/react-query";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { platformQuery } from "@/lib/client/queries/posture";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import { type PlatformListener, type PlatformMachine, platformPart, platformText } from "@/lib/domain/platform/platform-view";
import { LISTENER_MARKS, PROCESS_WORDS, PURPOSE_WORDS, REACH_MARKS } from "./platform-words";
import classes from "./posture.module.css";

/** What the platform itself listens on: the only place where something may, and it is shown as the kernel tells it. */
export function PlatformPanel() {
  const { can } = useSession();
  return (
    <Panel title="What the platform itself listens on" aside="as the kernel of its machine tells it" flush>
      {can("platform:read") ? <Machines /> : <NoPermission what="the platform's own sockets" needs={rolesWith("platform:read")} />}
    </Panel>
  );
}

function Machines() {
  const { fleet } = useSession();
  const platform = useQuery(platformQuery(fleet.id));
  return (
    <Loaded query={platform} what="the platform's own sockets">
      {(data) =>
        data.machines.length === 0 ? (
          <EmptyState title="Nothing reported yet">The worker reports within half a minute after its start.</EmptyState>
        ) : (
          <>
            <p className={classes.platform}>
              <b>{platformText(platformPart(data))}.</b>{" "}
              {data.machines.map(({ node, at }) => (
                <span key={node} className={classes.quiet}>
                  Machine <code>{node}</code>, seen <Time at={at} focusable />.{" "}
                </span>
              ))}
            </p>
            {data.machines.map((machine) => (
              <Gaps key={machine.node} machine={machine} />
            ))}
            <DataTable
              caption="Sockets that processes of this installation hold open"
              columns={COLUMNS}
              rows={data.machines.flatMap((machine) => machine.listeners.map((one) => ({ ...one, node: machine.node })))}
              rowKey={({ node, pid, protocol, address, port }) => [node, pid, protocol, address, port].join(" ")}
            />
          </>
        )
      }
    </Loaded>
  );
}

/** What is not known of a machine, and what it should listen on and does not. */
function Gaps({ machine: { node, stale, known, hidden, closed } }: { machine: PlatformMachine }) {
  const gaps = [
    ...(stale ? [`${node} has not reported for two minutes: its worker is away, or hindered.`] : []),
    ...(known ? [] : [`The system of ${node} does not tell which process holds which socket. Only Linux does.`]),
    ...(hidden > 0 ? [`${node} has ${hidden} ${hidden === 1 ? "process" : "processes"} of ours whose sockets the worker may not see.`] : []),
    ...closed.map(({ purpose, host, port }) => `${PURPOSE_WORDS[purpose]} is configured at ${host}:${port} and not open.`),
  ];
  return gaps.map((gap) => (
    <Note key={gap} tone="warn" mark="unknown">
      {gap}
    </Note>
  ));
}

type Row = PlatformListener & { node: string };

const COLUMNS: DataColumn<Row>[] = [
  {
    key: "socket",
    head: "Socket",
    cell: ({ protocol, port, address }) => (
      <>
        <code>{`${protocol}/${port}`}</code>
        <Sub>{address}</Sub>
      </>
    ),
  },
  {
    key: "purpose",
    head: "For",
    cell: ({ purpose, process, pid }) => (
      <>
        {purpose ? PURPOSE_WORDS[purpose] : "Nothing in the configuration"}
        <Sub>{`${PROCESS_WORDS[process] ?? process}, process ${pid}`}</Sub>
      </>
    ),
  },
  { key: "reach", head: "Reach", tight: true, phone: "full", cell: ({ reachable }) => <StateMark {...REACH_MARKS[reachable ? "outside" : "inside"]} /> },
  {
    key: "verdict",
    head: "Configured",
    tight: true,
    phone: "end",
    cell: ({ verdict, since }) => (
      <>
        <StateMark {...LISTENER_MARKS[verdict]} />
        <Sub>
          <Time at={since} form="since" />
        </Sub>
      </>
    ),
  },
];
