"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { ShowMore } from "@/components/ui/show-more";
import { StateMark } from "@/components/ui/state-mark";
import type { StateName } from "@/components/ui/state-shapes";
import { Time } from "@/components/ui/time/time";
import { laggardsQuery } from "@/lib/client/queries/keys";
import { useSession } from "@/lib/client/session";
import type { Laggard } from "@/lib/domain/encryption/key-view";
import { WHY_WORDS } from "./key-words";

/** Who does not use the newest key yet, and why. */
export function LaggardsPanel() {
  const { fleet } = useSession();
  const list = useInfiniteQuery(laggardsQuery(fleet.id));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  return (
    <Panel title="Not on their newest key" flush footer={total ? `${items.length} of ${total} shown` : undefined}>
      <Loaded query={list} what="devices">
        {() =>
          items.length > 0 ? <Table items={items} /> : <EmptyState title="Nobody lags">Every device that has a key was seen with its newest one.</EmptyState>
        }
      </Loaded>
      <ShowMore list={list} inPanel />
    </Panel>
  );
}

function Table({ items }: { items: readonly Laggard[] }) {
  return (
    <DataTable
      caption="Devices that do not use their newest key yet"
      rows={items}
      rowKey={({ deviceId }) => deviceId}
      columns={[
        { key: "name", head: "Device", cell: ({ deviceId, name }) => <Link href={`/devices/${deviceId}`}>{name}</Link> },
        {
          key: "state",
          head: "State",
          tight: true,
          phone: "end",
          cell: ({ state, since }) => (
            <>
              <StateMark state={state as StateName} /> <Time at={since} form="since" />
            </>
          ),
        },
        { key: "newest", head: "Newest", tight: true, phone: "full", label: "Newest", cell: ({ newest }) => `v${newest}` },
        {
          key: "used",
          head: "Last seen with",
          tight: true,
          phone: "full",
          label: "Last seen with",
          cell: ({ used, lastSeenAt }) =>
            used === null || lastSeenAt === null ? (
              "none"
            ) : (
              <>
                v{used}, <Time at={lastSeenAt} />
              </>
            ),
        },
        { key: "why", head: "Why", phone: "full", cell: ({ why }) => WHY_WORDS[why] },
      ]}
    />
  );
}
