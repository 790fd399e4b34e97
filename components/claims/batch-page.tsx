"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type DataColumn, DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { ApiError } from "@/lib/client/api-error";
import { PageTitle } from "@/lib/client/page-title";
import { batchQuery } from "@/lib/client/queries/claim-batches";
import { useSession } from "@/lib/client/session";
import type { BatchCode, BatchDetail } from "@/lib/domain/claims/batch-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import { BatchCodesPanel } from "./batch-codes-panel";
import { CLAIM_MARKS } from "./claim-words";
import classes from "./claims.module.css";
import { RevokeBatch } from "./revoke-batch";

/** Which labels of this batch were used, and by which devices? */
export function BatchPage({ batchId }: { batchId: string }) {
  const { fleet, can } = useSession();
  const mayRead = can("claims:read");
  const batch = useQuery({ ...batchQuery(fleet.id, batchId), enabled: mayRead });
  if (batch.data) return <Detail batch={batch.data} />;
  const gone = batch.error instanceof ApiError && batch.error.code === "not_found";
  const title = gone ? "No such batch" : "Batch of labels";
  return (
    <>
      <PageTitle answer={title} />
      <h1 className="visually-hidden">{title}</h1>
      {mayRead ? null : <NoPermission framed what="claims" role={fleet.role} needs={rolesWith("claims:read")} />}
      {gone ? (
        <EmptyState framed title="No such batch in this fleet" actions={<Link href="/claims">All claims</Link>}>
          It may belong to a fleet that you are not in.
        </EmptyState>
      ) : mayRead ? (
        <Loaded query={batch} what="this batch">
          {() => null}
        </Loaded>
      ) : null}
    </>
  );
}

function Detail({ batch }: { batch: BatchDetail }) {
  const answer = `${batch.name}: ${batch.used.toLocaleString("en")} of ${batch.codes.toLocaleString("en")} labels used`;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why={
          <>
            {batch.profile}
            {batch.site ? ` at ${batch.site}` : ""}; made <Time at={batch.createdAt} focusable /> by {batch.createdBy}, use by{" "}
            <Time at={batch.expiresAt} focusable />
          </>
        }
        actions={<RevokeBatch batch={batch} />}
      />
      <BatchCodesPanel batch={batch} />
      <Panel title="Its codes" flush>
        <DataTable caption="Codes of this batch" columns={COLUMNS} rows={batch.items} rowKey={({ claimId }) => claimId} />
      </Panel>
    </div>
  );
}

const COLUMNS: DataColumn<BatchCode>[] = [
  {
    key: "number",
    head: "Label",
    cell: ({ claimId, number, hint }) => (
      <Link href={`/claims/${claimId}`}>
        {number}, code …{hint}
      </Link>
    ),
  },
  { key: "serial", head: "Serial number", phone: "full", label: "serial number", cell: ({ serial }) => serial ?? "any" },
  { key: "state", head: "State", tight: true, phone: "end", cell: ({ state }) => <StateMark {...CLAIM_MARKS[state]} /> },
  {
    key: "device",
    head: "Device",
    phone: "full",
    label: "device",
    cell: ({ device }) => (device ? <Link href={`/devices/${device.id}`}>{device.name}</Link> : "none yet"),
  },
];
