"use client";

import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { Tag } from "@/components/ui/tag";
import { Time } from "@/components/ui/time/time";
import type { RefusalView } from "@/lib/domain/refusals/refusal-view";
import classes from "./refusals.module.css";

const COLUMNS: readonly DataColumn<RefusalView>[] = [
  {
    key: "reason",
    head: "Why",
    cell: ({ id, reasonWords, action, subjectName, subject }) => (
      <>
        <Link className={classes.reason} href={`/refusals/${id}`}>
          {reasonWords}
          <span className="visually-hidden">
            : {action} by {subjectName ?? subject}
          </span>
        </Link>
        <Sub>{action}</Sub>
      </>
    ),
  },
  { key: "count", head: "Times", align: "end", tight: true, phone: "end", cell: ({ count }) => count.toLocaleString("en") },
  { key: "holder", head: "Who", phone: "full", cell: (row) => <Holder row={row} /> },
  {
    key: "topic",
    head: "Tried",
    phone: "full",
    cell: ({ topic, address, clientId }) => (
      <>
        {topic ? <code className={classes.topic}>{topic}</code> : <span className={classes.quiet}>connect{clientId ? ` as ${clientId}` : ""}</span>}
        <Sub>{address ? `from ${address}` : "address not told"}</Sub>
      </>
    ),
  },
  {
    key: "last",
    head: "Last",
    tight: true,
    phone: "full",
    label: "last",
    cell: ({ firstAt, lastAt }) => (
      <>
        <Time at={lastAt} focusable />
        <Sub>
          first <Time at={firstAt} form="moment" />
        </Sub>
      </>
    ),
  },
];

/** The holder by name. A name that was only claimed is marked as such. */
function Holder({ row: { deviceId, subject, subjectName, proven } }: { row: RefusalView }) {
  const name = subjectName ?? subject;
  return (
    <>
      {deviceId ? <Link href={`/devices/${deviceId}`}>{name}</Link> : name}
      {proven ? null : (
        <Sub>
          <Tag tone="warn">claimed, not proven</Tag>
        </Sub>
      )}
    </>
  );
}

/** What brokers refused. `ofOneDevice` leaves the holder out. */
export function RefusalTable({ rows, ofOneDevice }: { rows: readonly RefusalView[]; ofOneDevice?: boolean }) {
  const columns = ofOneDevice ? COLUMNS.filter(({ key }) => key !== "holder") : COLUMNS;
  return <DataTable caption="Refusals" columns={columns} rows={rows} rowKey={({ id }) => id} />;
}
