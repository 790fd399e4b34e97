"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValue } from "@/components/ui/key-value";
import { Loaded } from "@/components/ui/loaded";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ApiError } from "@/lib/client/api-error";
import { useLive } from "@/lib/client/live/use-live";
import { useRefresh } from "@/lib/client/live/use-refresh";
import { PageTitle } from "@/lib/client/page-title";
import { outageQuery } from "@/lib/client/queries/outages";
import { useSession } from "@/lib/client/session";
import { factorWords } from "@/lib/domain/outages/factors";
import { outageDetail, sharedText, statisticText } from "@/lib/domain/outages/outage-text";
import type { OutageDetail } from "@/lib/domain/outages/outage-view";
import { OutageCourse } from "./outage-course";
import { OutageDevices } from "./outage-devices";
import { OutageState } from "./outage-state";
import classes from "./outages-page.module.css";

const AcknowledgeOutageDialog = dynamic(() => import("./acknowledge-outage-dialog").then((module) => module.AcknowledgeOutageDialog), { ssr: false });

/** What do these devices have in common, and who is back? */
export function OutagePage({ outageId }: { outageId: string }) {
  const { fleet } = useSession();
  const outage = useQuery(outageQuery(fleet.id, outageId));
  useRefresh(
    useLive((state) => state.summary?.at),
    [[fleet.id, "outages"]],
  );
  const missing = outage.error instanceof ApiError && outage.error.code === "not_found";
  return (
    <>
      {outage.data ? null : (
        <>
          <PageTitle answer={missing ? "No such outage" : "Outage"} />
          <h1 className="visually-hidden">{missing ? "No such outage" : "Outage"}</h1>
        </>
      )}
      {missing ? (
        <EmptyState framed title="No such outage in this fleet" actions={<Link href="/outages">All outages</Link>} />
      ) : (
        <Loaded query={outage} what="this outage">
          {(data) => <Detail outage={data} />}
        </Loaded>
      )}
    </>
  );
}

function Detail({ outage }: { outage: OutageDetail }) {
  const { can } = useSession();
  const [taking, setTaking] = useState(false);
  const mayTake = can("alerts:acknowledge") && outage.closedAt === null && outage.acknowledgedAt === null;
  return (
    <div className={classes.page}>
      <PageTitle answer={outage.title} />
      <PageHead
        answer={outage.title}
        why={outageDetail(outage)}
        actions={
          mayTake ? (
            <Button variant="filled" onClick={() => setTaking(true)}>
              Acknowledge
            </Button>
          ) : null
        }
      />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Panel title="Devices away" aside="over time">
            <OutageCourse outage={outage} />
          </Panel>
          <OutageDevices outageId={outage.id} />
        </div>
        <div className={classes.stack}>
          <Facts outage={outage} />
          <Panel title="Why this is one outage">
            <p className={classes.text}>{statisticText(outage.factor, outage.statistic)}</p>
          </Panel>
        </div>
      </div>
      {taking ? <AcknowledgeOutageDialog outage={outage} onClose={() => setTaking(false)} /> : null}
    </div>
  );
}

function Facts({ outage }: { outage: OutageDetail }) {
  const { acknowledgedBy, comment, heldBack, mergedIntoId, alsoShared, factor } = outage;
  return (
    <Panel title="In short">
      <KeyValue
        rows={[
          ["State", <OutageState key="state" outage={outage} />],
          ["Shared", `${sharedText(outage)}${factor === "fleet" ? "" : ` (${factorWords(factor)})`}`],
          ...(alsoShared.length > 0 ? [["Also shared", alsoShared.map(sharedText).join(", ")] as const] : []),
          ["Alerts held back", heldBack.toLocaleString("en")],
          ["Acknowledged", acknowledgedBy ? `${acknowledgedBy}${comment ? `: “${comment}”` : ""}` : "nobody yet"],
          ...(mergedIntoId ? [["Part of", <Link key="into" href={`/outages/${mergedIntoId}`}>{`the wider outage`}</Link>] as const] : []),
        ]}
      />
    </Panel>
  );
}
