"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ShowMore } from "@/components/ui/show-more";
import { PageTitle } from "@/lib/client/page-title";
import { rejectedListQuery } from "@/lib/client/queries/telemetry";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { RejectedMessageView } from "@/lib/domain/telemetry/series-view";
import classes from "./rejected.module.css";
import { RejectedTable } from "./rejected-table";

/** What came in and could not be stored? */
export function RejectedPage() {
  const { fleet, can } = useSession();
  const mayRead = can("rejected:read");
  const list = useInfiniteQuery({ ...rejectedListQuery(fleet.id), enabled: mayRead });
  const rows = list.data?.pages.flatMap(({ items }) => items);
  const answer = rows ? headline(rows) : "Rejected messages";
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="Each line stands for the messages of one sender, topic, reason and hour. They were acknowledged, so that devices do not send them again and again; nothing of them was stored but the newest payload."
      />
      {mayRead ? (
        <Loaded query={list} what="rejected messages">
          {() =>
            rows && rows.length > 0 ? (
              <Panel title="Newest first" flush footer={`${rows.length} of ${list.data?.pages[0]?.total ?? rows.length} lines`}>
                <RejectedTable rows={rows} />
              </Panel>
            ) : (
              <EmptyState framed title="Everything that came in was stored">
                Try it: publish <code>not json</code> to a device's telemetry topic, and it shows here with the reason.
              </EmptyState>
            )
          }
        </Loaded>
      ) : (
        <NoPermission framed what="rejected messages" role={fleet.role} needs={rolesWith("rejected:read")} />
      )}
      <ShowMore list={list} older />
    </div>
  );
}

function headline(rows: readonly RejectedMessageView[]): string {
  if (rows.length === 0) return "No message was rejected";
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  const senders = new Set(rows.map(({ subject }) => subject)).size;
  return `${count.toLocaleString("en")} ${count === 1 ? "message was" : "messages were"} not stored, from ${senders} ${senders === 1 ? "sender" : "senders"}`;
}
