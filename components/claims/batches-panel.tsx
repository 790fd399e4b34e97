"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { Panel } from "@/components/ui/panel";
import { Time } from "@/components/ui/time/time";
import { batchesQuery } from "@/lib/client/queries/claim-batches";
import { useSession } from "@/lib/client/session";
import type { BatchView } from "@/lib/domain/claims/batch-view";

/** Codes that were made together, for labels. Nothing at all while there are none. */
export function BatchesPanel() {
  const { fleet } = useSession();
  const list = useInfiniteQuery(batchesQuery(fleet.id));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (items.length === 0) return null;
  return (
    <Panel
      title="Batches of labels"
      flush
      footer={
        list.hasNextPage ? (
          <Button size="xs" onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>
            Show older ones
          </Button>
        ) : undefined
      }
    >
      <DataTable caption="Batches of labels" columns={COLUMNS} rows={items} rowKey={({ id }) => id} />
    </Panel>
  );
}

const count = (pick: (batch: BatchView) => number) => (batch: BatchView) => pick(batch).toLocaleString("en");

const COLUMNS: DataColumn<BatchView>[] = [
  {
    key: "name",
    head: "Batch",
    cell: ({ id, name, createdBy }) => (
      <>
        <Link href={`/claims/batches/${id}`}>{name}</Link>
        <Sub>by {createdBy}</Sub>
      </>
    ),
  },
  { key: "codes", head: "Codes", align: "end", tight: true, phone: "end", label: "codes", cell: count(({ codes }) => codes) },
  { key: "used", head: "Used", align: "end", tight: true, phone: "full", label: "used", cell: count(({ used }) => used) },
  { key: "open", head: "Open", align: "end", tight: true, phone: "full", label: "open", cell: count(({ open }) => open) },
  { key: "expires", head: "Use by", tight: true, phone: "full", label: "use by", cell: ({ expiresAt }) => <Time at={expiresAt} focusable /> },
];
