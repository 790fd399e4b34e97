"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { PageTitle } from "@/lib/client/page-title";
import { alertsQuery } from "@/lib/client/queries/alerts";
import { useSession } from "@/lib/client/session";
import type { AlertView } from "@/lib/domain/alerts/alert-view";
import { alertAnswer } from "./alert-answer";
import { AlertTable } from "./alert-table";
import classes from "./alerts-page.module.css";

const AcknowledgeAlertDialog = dynamic(() => import("./acknowledge-alert-dialog").then((module) => module.AcknowledgeAlertDialog), { ssr: false });

/** What fires, and who knows of it? Open alerts are always all there, whatever their age. */
export function AlertsPage() {
  const { fleet, can } = useSession();
  const [taking, setTaking] = useState<AlertView>();
  const open = useQuery(alertsQuery(fleet.id, { state: "open", limit: 500 }));
  const resolved = useQuery(alertsQuery(fleet.id, { state: "resolved", limit: 50 }));
  const answer = open.data ? alertAnswer(open.data.items) : "Alerts";
  const onAcknowledge = can("alerts:acknowledge") ? setTaking : undefined;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        actions={
          <Button component={Link} href="/alerts/rules">
            Rules
          </Button>
        }
      />
      <Panel title="Open" aside="firing first, the newest on top" flush>
        <Loaded query={open} what="alerts">
          {({ items, total }) =>
            items.length > 0 ? (
              <>
                <AlertTable caption="Open alerts" alerts={items} onAcknowledge={onAcknowledge} />
                {total > items.length ? <EmptyState title={`${total - items.length} more are open`}>The newest {items.length} are shown.</EmptyState> : null}
              </>
            ) : (
              <EmptyState title="Nothing is open">Alerts come from rules: a value beyond a threshold, or a device that stays away.</EmptyState>
            )
          }
        </Loaded>
      </Panel>
      <Panel title="Resolved" aside="the last 50" flush>
        <Loaded query={resolved} what="alerts">
          {({ items }) =>
            items.length > 0 ? (
              <AlertTable caption="Resolved alerts" alerts={items} onAcknowledge={undefined} />
            ) : (
              <EmptyState title="Nothing was resolved yet" />
            )
          }
        </Loaded>
      </Panel>
      {taking ? <AcknowledgeAlertDialog alert={taking} onClose={() => setTaking(undefined)} /> : null}
    </div>
  );
}
