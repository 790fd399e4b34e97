"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { parseAsBoolean, useQueryState } from "nuqs";
import type { ReactNode } from "react";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ShowMore } from "@/components/ui/show-more";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { PageTitle } from "@/lib/client/page-title";
import { claimsQuery } from "@/lib/client/queries/claims";
import { useSession } from "@/lib/client/session";
import type { ClaimView } from "@/lib/domain/claims/claim-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import { BatchesPanel } from "./batches-panel";
import { CLAIM_MARKS, claimsAnswer, MISUSED } from "./claim-words";
import classes from "./claims.module.css";
import { WaitingPanel } from "./waiting-panel";

const NewBatchDialog = dynamic(() => import("./new-batch-dialog").then((module) => module.NewBatchDialog), { ssr: false });
const NewClaimDialog = dynamic(() => import("./new-claim-dialog").then((module) => module.NewClaimDialog), { ssr: false });

/** How do devices come in? */
export function ClaimsPage({ comingHome }: { comingHome: ReactNode }) {
  const { fleet, can } = useSession();
  const [adding, setAdding] = useQueryState("new", parseAsBoolean.withDefault(false));
  const [batching, setBatching] = useQueryState("batch", parseAsBoolean.withDefault(false));
  const mayRead = can("claims:read");
  const list = useInfiniteQuery({ ...claimsQuery(fleet.id), enabled: mayRead });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  const answer = total === undefined ? "Claims" : claimsAnswer(items, total);
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="A code lets a device in: it makes its own keys, proves them, and gets its token and content key sealed to itself."
        actions={
          mayRead ? (
            <>
              <Button component={Link} href="/claims/scan">
                Scan a code
              </Button>
              {can("claims:write") ? (
                <>
                  <Button onClick={() => void setBatching(true)}>New batch of labels</Button>
                  <Button variant="filled" onClick={() => void setAdding(true)}>
                    New claim code
                  </Button>
                </>
              ) : null}
            </>
          ) : null
        }
      />
      {mayRead ? (
        <>
          <WaitingPanel />
          {comingHome}
          <BatchesPanel />
          <Panel title="Newest first" flush footer={!total ? undefined : `${items.length.toLocaleString("en")} of ${total.toLocaleString("en")} shown`}>
            <Loaded query={list} what="claims">
              {() =>
                items.length > 0 ? (
                  <DataTable caption="Claims" columns={COLUMNS} rows={items} rowKey={({ id }) => id} />
                ) : (
                  <EmptyState title="No claim code yet">Make one for a device, or one that a whole batch of devices may use.</EmptyState>
                )
              }
            </Loaded>
          </Panel>
          <ShowMore list={list} older />
        </>
      ) : (
        <NoPermission framed what="claims" role={fleet.role} needs={rolesWith("claims:read")} />
      )}
      {adding && can("claims:write") ? <NewClaimDialog onClose={() => void setAdding(null)} /> : null}
      {batching && can("claims:write") ? <NewBatchDialog onClose={() => void setBatching(null)} /> : null}
    </div>
  );
}

const COLUMNS: DataColumn<ClaimView>[] = [
  {
    key: "name",
    head: "Claim",
    cell: (row) => (
      <>
        <Link href={`/claims/${row.id}`}>{row.name}</Link>
        <Sub>
          code …{row.hint}
          {row.site ? `, ${row.site}` : ""}
        </Sub>
      </>
    ),
  },
  { key: "state", head: "State", tight: true, phone: "end", cell: (row) => <StateMark {...(row.misused ? MISUSED : CLAIM_MARKS[row.state])} /> },
  {
    key: "used",
    head: "Used",
    align: "end",
    tight: true,
    phone: "full",
    label: "used",
    cell: (row) => `${row.used.toLocaleString("en")} of ${row.useLimit.toLocaleString("en")}`,
  },
  { key: "waiting", head: "Waiting", align: "end", tight: true, phone: "full", label: "waiting", cell: (row) => row.waiting.toLocaleString("en") },
  { key: "online", head: "Online", align: "end", tight: true, phone: "full", label: "online", cell: (row) => row.online.toLocaleString("en") },
  { key: "expires", head: "Expires", tight: true, phone: "full", label: "expires", cell: (row) => <Time at={row.expiresAt} focusable /> },
];
