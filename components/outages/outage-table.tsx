"use client";

import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time/time";
import { outageDetail } from "@/lib/domain/outages/outage-text";
import type { OutageView } from "@/lib/domain/outages/outage-view";
import { OutageState } from "./outage-state";

const COLUMNS: readonly DataColumn<OutageView>[] = [
  {
    key: "outage",
    head: "Outage",
    phone: "full",
    cell: (outage) => (
      <>
        <Link href={`/outages/${outage.id}`}>{outage.title}</Link>
        <Sub>{outageDetail(outage)}</Sub>
      </>
    ),
  },
  { key: "state", head: "State", tight: true, phone: "end", cell: (outage) => <OutageState outage={outage} /> },
  {
    key: "seen",
    head: "Acknowledged",
    align: "end",
    phone: "full",
    cell: ({ acknowledgedAt, acknowledgedBy, comment }) =>
      acknowledgedAt ? (
        <>
          {acknowledgedBy}
          <Sub>
            <Time at={acknowledgedAt} focusable />
            {comment ? ` · “${comment}”` : null}
          </Sub>
        </>
      ) : (
        <Sub>nobody yet</Sub>
      ),
  },
];

export function OutageTable({ caption, outages }: { caption: string; outages: readonly OutageView[] }) {
  return <DataTable caption={caption} columns={COLUMNS} rows={outages} rowKey={({ id }) => id} />;
}
