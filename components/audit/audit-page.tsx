"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ShowMore } from "@/components/ui/show-more";
import { Time } from "@/components/ui/time/time";
import { PageTitle } from "@/lib/client/page-title";
import { auditQuery } from "@/lib/client/queries/audit";
import { useSession } from "@/lib/client/session";
import type { AuditEventView } from "@/lib/domain/fleets/overview-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import classes from "./audit-page.module.css";
import { actionWords, auditChanges } from "./audit-words";

const VIA: Record<string, string> = {
  browser: "in the console",
  api: "by the API",
  cli: "on the command line",
  setup: "at set-up",
  worker: "by itself",
  broker: "at the broker",
};

/** Who did what? */
export function AuditPage() {
  const { fleet, can } = useSession();
  const mayRead = can("audit:read");
  const log = useInfiniteQuery({ ...auditQuery(fleet.id), enabled: mayRead });
  const rows = log.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = log.data?.pages[0]?.total;
  const answer = total === undefined ? "Audit" : `${total.toLocaleString("en")} recorded ${total === 1 ? "change" : "changes"}`;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead answer={answer} why="Every change to this fleet, with who made it and by which door. Entries are only ever added." />
      {mayRead ? (
        <Panel
          title="Newest first"
          flush
          footer={total === undefined ? undefined : `${rows.length.toLocaleString("en")} of ${total.toLocaleString("en")} shown`}
        >
          <Loaded query={log} what="the audit log">
            {() =>
              rows.length > 0 ? (
                <DataTable caption="Audit log" columns={COLUMNS} rows={rows} rowKey={({ id }) => id} />
              ) : (
                <EmptyState title="Nothing has changed yet" />
              )
            }
          </Loaded>
        </Panel>
      ) : (
        <NoPermission framed what="the audit log" role={fleet.role} needs={rolesWith("audit:read")} />
      )}
      <ShowMore list={log} older />
    </div>
  );
}

const COLUMNS: readonly DataColumn<AuditEventView>[] = [
  {
    key: "at",
    head: "When",
    tight: true,
    phone: "end",
    cell: ({ at }) => (
      <>
        <Time at={at} focusable />
        <Sub>
          <Time at={at} form="moment" />
        </Sub>
      </>
    ),
  },
  {
    key: "actor",
    head: "Who",
    cell: ({ actor, via }) => (
      <>
        {actor.name}
        <Sub>
          {actor.kind === "user" ? "" : `${actor.kind === "apiKey" ? "API key" : actor.kind}, `}
          {VIA[via] ?? via}
        </Sub>
      </>
    ),
  },
  { key: "action", head: "What", phone: "full", cell: (event) => <What event={event} /> },
  { key: "changes", head: "Change", phone: "full", cell: (event) => <Changes event={event} /> },
  { key: "request", head: "Request", tight: true, phone: "skip", cell: ({ requestId }) => <code>{requestId}</code> },
];

function What({ event: { action, objectKind, objectId } }: { event: AuditEventView }) {
  return (
    <>
      <span className={classes.action}>{actionWords(action)}</span>
      <Sub>{objectKind === "device" ? <Link href={`/devices/${objectId}`}>{objectId}</Link> : <code>{objectId}</code>}</Sub>
    </>
  );
}

function Changes({ event: { before, after } }: { event: AuditEventView }) {
  return (
    <span className={classes.changes}>
      {auditChanges(before, after).map((change) => (
        <span key={change.key}>
          <b>{change.key}</b> {change.before === undefined ? null : <del>{change.before}</del>} {change.after === undefined ? null : <ins>{change.after}</ins>}
        </span>
      ))}
    </span>
  );
}
