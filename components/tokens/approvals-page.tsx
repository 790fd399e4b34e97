"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useQueryState } from "nuqs";
import type { ReactNode } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { ShowMore } from "@/components/ui/show-more";
import { PageTitle } from "@/lib/client/page-title";
import { waitingCommandsQuery } from "@/lib/client/queries/commands";
import { grantRequestsQuery } from "@/lib/client/queries/grants";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { GrantRequestView } from "@/lib/domain/tokens/grant-request-view";
import { ApprovalCard } from "./approval-card";
import classes from "./approvals-page.module.css";
import { PolicyPanel } from "./policy-panel";
import { TokenTabs } from "./token-tabs";

/** What waits first, then what is approved and not collected, then what is over. */
const ORDER: Record<GrantRequestView["state"], number> = { waiting: 0, approved: 1, rejected: 2, withdrawn: 2, collected: 2, over: 2 };

/** What waits for a second admin: grants, and dangerous commands (a part of another noun, put in by the page). */
export function ApprovalsPage({ commands }: { commands: ReactNode }) {
  const { fleet, can } = useSession();
  const [asked] = useQueryState("request");
  const mayRead = can("tokens:read");
  const list = useInfiniteQuery({ ...grantRequestsQuery(fleet.id), enabled: mayRead });
  const items = (list.data?.pages.flatMap((page) => page.items) ?? []).toSorted((a, b) => ORDER[a.state] - ORDER[b.state]);
  const asking = useQuery(waitingCommandsQuery(fleet.id)).data?.total ?? 0;
  const waiting = items.filter(({ state }) => state === "waiting").length;
  const answer = list.data === undefined ? "Approvals" : waitingWords(waiting, asking);
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="A dangerous command is sent, and with four eyes a wide or long grant is made, only after another admin agreed. A token is shown to who asked for it, and to nobody else."
      />
      <TokenTabs />
      {mayRead ? (
        <div className={classes.columns}>
          <div className={classes.list}>
            {commands}
            <Loaded query={list} what="grant requests">
              {() =>
                items.length > 0 ? (
                  items.map((item) => <ApprovalCard key={item.id} request={item} asked={item.id === asked} />)
                ) : (
                  <EmptyState framed title="Nothing was asked for yet">
                    A wide or long grant appears here when this fleet wants four eyes.
                  </EmptyState>
                )
              }
            </Loaded>
            <ShowMore list={list} older />
          </div>
          <PolicyPanel />
        </div>
      ) : (
        <NoPermission framed what="grants that wait" role={fleet.role} needs={rolesWith("tokens:read")} />
      )}
    </div>
  );
}

function waitingWords(grants: number, commands: number): string {
  const parts = [
    ...(commands > 0 ? [commands === 1 ? "1 command" : `${commands} commands`] : []),
    ...(grants > 0 ? [grants === 1 ? "1 grant" : `${grants} grants`] : []),
  ];
  if (parts.length === 0) return "Nothing waits for a second admin";
  return `${parts.join(" and ")} ${grants + commands === 1 ? "waits" : "wait"} for a second admin`;
}
