"use client";

import { useQuery } from "@tanstack/react-query";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Panel } from "@/components/ui/panel";
import { Time } from "@/components/ui/time/time";
import { deliveriesQuery } from "@/lib/client/queries/channels";
import { useSession } from "@/lib/client/session";
import type { DeliveryView } from "@/lib/domain/alerts/delivery-view";
import { DeliveryState } from "./delivery-state";

const COLUMNS: readonly DataColumn<DeliveryView>[] = [
  {
    key: "message",
    head: "Message",
    cell: ({ event, id }) => (
      <>
        {event}
        <Sub>
          <code>{id}</code>
        </Sub>
      </>
    ),
  },
  { key: "channel", head: "Channel", phone: "full", cell: ({ channel }) => channel.name },
  { key: "state", head: "State", tight: true, phone: "end", cell: (delivery) => <DeliveryState state={delivery.state} /> },
  { key: "attempts", head: "Tries", align: "end", tight: true, phone: "full", label: "tries", cell: ({ attempts }) => attempts },
  { key: "answer", head: "Answer", phone: "full", cell: ({ lastStatus, lastError }) => [lastStatus ?? "", lastError ?? ""].filter(Boolean).join(", ") || "–" },
  {
    key: "at",
    head: "When",
    tight: true,
    phone: "full",
    cell: ({ createdAt, deliveredAt, nextAttemptAt }) => (
      <>
        <Time at={deliveredAt ?? createdAt} focusable />
        {nextAttemptAt ? (
          <Sub>
            next try <Time at={nextAttemptAt} />
          </Sub>
        ) : null}
      </>
    ),
  },
];

/** The last messages: what went out, what the receiver said, what is tried again. */
export function DeliveriesPanel() {
  const { fleet } = useSession();
  const deliveries = useQuery({ ...deliveriesQuery(fleet.id), refetchInterval: 5_000 });
  return (
    <Panel title="Deliveries" aside="the last 50" flush>
      <Loaded query={deliveries} what="deliveries" loading={<LoadingRows rows={4} />}>
        {({ items }) =>
          items.length > 0 ? (
            <DataTable caption="Deliveries" columns={COLUMNS} rows={items} rowKey={({ id }) => id} />
          ) : (
            <EmptyState title="Nothing was sent yet">Send a test to see the receiver's answer here.</EmptyState>
          )
        }
      </Loaded>
    </Panel>
  );
}
