"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { CodeBlock } from "@/components/ui/code-block";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ShowMore } from "@/components/ui/show-more";
import { useLinkView } from "@/lib/client/live/use-link-view";
import { PageTitle } from "@/lib/client/page-title";
import { refusalsQuery } from "@/lib/client/queries/refusals";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { RefusalView } from "@/lib/domain/refusals/refusal-view";
import { RefusalFilters, useRefusalFilters } from "./refusal-filters";
import { RefusalTable } from "./refusal-table";
import classes from "./refusals.module.css";

/** Who was refused, and why? */
export function RefusalsPage() {
  const { fleet, can } = useSession();
  const [{ action, within, reason, device, token, holder }, setFilters] = useRefusalFilters();
  const search = {
    action: action ?? undefined,
    hours: within ?? undefined,
    reason: reason ?? undefined,
    deviceId: device ?? undefined,
    tokenId: token ?? undefined,
    subject: holder ?? undefined,
  };
  const filtered = Object.values(search).some((value) => value !== undefined);
  const mayRead = can("refusals:read");
  const paused = useLinkView().kind === "paused";
  const list = useInfiniteQuery({ ...refusalsQuery(fleet.id, search, paused), enabled: mayRead });
  const rows = list.data?.pages.flatMap(({ items }) => items);
  const total = list.data?.pages[0]?.total;
  const answer = rows ? headline(rows, filtered) : "Refusals";
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="What brokers did not allow: connections, messages and subscriptions. The client sees little more than a closed connection; the reason stands here. Each line counts one hour."
        actions={can("tokens:read") ? <Link href="/tokens/simulator">Ask beforehand</Link> : undefined}
      />
      {mayRead ? (
        <>
          <RefusalFilters />
          <Loaded query={list} what="refusals">
            {() =>
              rows && rows.length > 0 ? (
                <Panel title="Newest first" flush footer={`${rows.length.toLocaleString("en")} of ${(total ?? rows.length).toLocaleString("en")} lines`}>
                  <RefusalTable rows={rows} />
                </Panel>
              ) : (
                <Nothing fleetId={fleet.id} filtered={filtered} onClear={() => void setFilters(null)} />
              )
            }
          </Loaded>
        </>
      ) : (
        <NoPermission framed what="refusals" role={fleet.role} needs={rolesWith("refusals:read")} />
      )}
      <ShowMore list={list} older />
    </div>
  );
}

function Nothing({ fleetId, filtered, onClear }: { fleetId: string; filtered: boolean; onClear: () => void }) {
  if (filtered)
    return (
      <EmptyState framed title="Nothing was refused that fits these filters" actions={<Button onClick={onClear}>Clear the filters</Button>}>
        Refusals are kept as long as measurements are.
      </EmptyState>
    );
  return (
    <EmptyState
      framed
      title="Nobody was refused"
      actions={
        <CodeBlock
          label="Command that is refused"
          code={`mosquitto_pub -h ${typeof location === "undefined" ? "127.0.0.1" : location.hostname} -u DEVICE_ID -P TOKEN -t sp/v1/${fleetId}/DEVICE_ID/down/state -m '{}'`}
        />
      }
    >
      Try it: publish to a topic that a device may only read. It shows here within a second or two, with the reason.
    </EmptyState>
  );
}

function headline(rows: readonly RefusalView[], filtered: boolean): string {
  if (rows.length === 0) return filtered ? "Nothing here was refused" : "Nobody was refused";
  const times = rows.reduce((sum, { count }) => sum + count, 0);
  const holders = new Set(rows.map(({ subject }) => subject)).size;
  return `${holders.toLocaleString("en")} ${holders === 1 ? "holder was" : "holders were"} refused ${times.toLocaleString("en")} ${times === 1 ? "time" : "times"}`;
}
