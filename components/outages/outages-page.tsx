"use client";

import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { useLive } from "@/lib/client/live/use-live";
import { useRefresh } from "@/lib/client/live/use-refresh";
import { PageTitle } from "@/lib/client/page-title";
import { outagesQuery } from "@/lib/client/queries/outages";
import { useSession } from "@/lib/client/session";
import type { OutageView } from "@/lib/domain/outages/outage-view";
import { OutageTable } from "./outage-table";
import classes from "./outages-page.module.css";

/** What went away together, and is it back? One outage is one row, whatever the number of devices. */
export function OutagesPage() {
  const { fleet } = useSession();
  const open = useQuery(outagesQuery(fleet.id, { state: "open", limit: 200 }));
  const closed = useQuery(outagesQuery(fleet.id, { state: "closed", limit: 50 }));
  useRefresh(
    useLive((state) => state.summary?.at),
    [[fleet.id, "outages"]],
  );
  const answer = open.data ? outagesAnswer(open.data.items) : "Outages";
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead answer={answer} why="Devices that went away together for a reason they share. Their own alerts are held back until they should be back." />
      <Panel title="Open" aside="the newest on top" flush>
        <Loaded query={open} what="outages">
          {({ items }) =>
            items.length > 0 ? (
              <OutageTable caption="Open outages" outages={items} />
            ) : (
              <EmptyState title="Nothing is out">A device that vanishes alone is not listed here: see the devices that are offline.</EmptyState>
            )
          }
        </Loaded>
      </Panel>
      <Panel title="Over" aside="the last 50" flush>
        <Loaded query={closed} what="outages">
          {({ items }) => (items.length > 0 ? <OutageTable caption="Outages that are over" outages={items} /> : <EmptyState title="There was none yet" />)}
        </Loaded>
      </Panel>
    </div>
  );
}

function outagesAnswer(open: readonly OutageView[]): string {
  const [first] = open;
  if (!first) return "No outage";
  const away = open.reduce((sum, outage) => sum + outage.away, 0);
  return open.length === 1 ? first.title : `${open.length} outages, ${away.toLocaleString("en")} devices away`;
}
