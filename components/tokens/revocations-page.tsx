"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useState } from "react";
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
import { revocationsQuery } from "@/lib/client/queries/revocations";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { RevocationRow } from "@/lib/domain/tokens/revocation-view";
import { cutWords, selectorWords, tokenCount } from "@/lib/domain/tokens/revocation-words";
import { TokenTabs } from "./token-tabs";
import classes from "./tokens-page.module.css";

const RevokeManyDialog = dynamic(() => import("./revoke-many-dialog").then((module) => module.RevokeManyDialog), { ssr: false });

/** What was taken back, and was it really cut? */
export function RevocationsPage() {
  const { fleet, can } = useSession();
  const [revoking, setRevoking] = useState(false);
  const mayRead = can("tokens:read");
  const list = useInfiniteQuery({ ...revocationsQuery(fleet.id), enabled: mayRead });
  const total = list.data?.pages[0]?.total;
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const answer = total === undefined ? "Revocations" : `${total.toLocaleString("en")} ${total === 1 ? "revocation" : "revocations"}`;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="Each with a signed receipt: which sessions it met, and when each was really cut."
        actions={can("tokens:revoke") ? <Button onClick={() => setRevoking(true)}>Revoke many…</Button> : null}
      />
      <TokenTabs />
      {mayRead ? (
        <>
          <Panel title="Newest first" flush footer={total === undefined ? undefined : `${items.length} of ${total} shown`}>
            <Loaded query={list} what="revocations">
              {() =>
                items.length > 0 ? (
                  <DataTable caption="Revocations" columns={COLUMNS} rows={items} rowKey={({ id }) => id} />
                ) : (
                  <EmptyState title="No revocation yet">When a token is taken back, what it met stands here with its receipt.</EmptyState>
                )
              }
            </Loaded>
          </Panel>
          <ShowMore list={list} older />
        </>
      ) : (
        <NoPermission framed what="revocations" role={fleet.role} needs={rolesWith("tokens:read")} />
      )}
      {revoking ? <RevokeManyDialog onClose={() => setRevoking(false)} /> : null}
    </div>
  );
}

const COLUMNS: DataColumn<RevocationRow>[] = [
  {
    key: "what",
    head: "Revoked",
    cell: (row) => (
      <>
        <Link href={`/tokens/revocations/${row.id}`}>{tokenCount(row.tokens)}</Link>
        <Sub>{selectorWords(row.selector)}</Sub>
      </>
    ),
  },
  { key: "sessions", head: "Sessions", phone: "full", cell: (row) => <StateMark state={markOf(row)} word={cutWords(row)} /> },
  { key: "reason", head: "Reason", phone: "full", cell: (row) => row.reason },
  { key: "who", head: "By", phone: "full", label: "by", cell: (row) => row.actor.name },
  { key: "at", head: "When", tight: true, phone: "end", cell: (row) => <Time at={row.at} focusable /> },
];

function markOf({ open, settledAt }: RevocationRow): "pending" | "failed" | "done" {
  if (open === 0) return "done";
  return settledAt === null ? "pending" : "failed";
}
