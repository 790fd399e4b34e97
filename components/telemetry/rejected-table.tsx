"use client";

import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time/time";
import type { RejectedMessageView } from "@/lib/domain/telemetry/series-view";
import { rejectWords } from "./reject-words";
import classes from "./rejected.module.css";

const COLUMNS: readonly DataColumn<RejectedMessageView>[] = [
  {
    key: "reason",
    head: "Reason",
    cell: ({ reason, detail }) => (
      <>
        <span className={classes.reason}>{rejectWords(reason)}</span>
        <Sub>{detail}</Sub>
      </>
    ),
  },
  { key: "count", head: "Messages", align: "end", tight: true, phone: "end", cell: ({ count }) => count.toLocaleString("en") },
  { key: "device", head: "Sender", phone: "full", cell: (row) => <Sender row={row} /> },
  {
    key: "sample",
    head: "Newest payload",
    phone: "full",
    cell: ({ sample, sizeBytes }) => (
      <>
        {sample === null ? (
          <span className={classes.hidden}>not shown to your role</span>
        ) : (
          <code className={classes.sample}>{sample.slice(0, 160) || "empty"}</code>
        )}
        <Sub>{sizeBytes.toLocaleString("en")} bytes</Sub>
      </>
    ),
  },
  {
    key: "last",
    head: "Last",
    tight: true,
    phone: "full",
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

function Sender({ row: { deviceId, deviceName, subject, topic } }: { row: RejectedMessageView }) {
  return (
    <>
      {deviceId ? <Link href={`/devices/${deviceId}`}>{deviceName ?? deviceId}</Link> : <code>{subject}</code>}
      <Sub>
        <code>{topic}</code>
      </Sub>
    </>
  );
}

/** Messages that were not stored, and why. `ofOneDevice` leaves the sender out. */
export function RejectedTable({ rows, ofOneDevice }: { rows: readonly RejectedMessageView[]; ofOneDevice?: boolean }) {
  const columns = ofOneDevice ? COLUMNS.filter(({ key }) => key !== "device") : COLUMNS;
  return <DataTable caption="Rejected messages" columns={columns} rows={rows} rowKey={({ id }) => id} />;
}
