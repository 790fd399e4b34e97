"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { formatDuration } from "@/components/ui/time/format-time";
import { Time } from "@/components/ui/time/time";
import { outageDevicesQuery } from "@/lib/client/queries/outages";
import { useSession } from "@/lib/client/session";
import type { OutageDeviceView } from "@/lib/domain/outages/outage-view";
import { causeText } from "@/lib/domain/presence/cause-text";

const COLUMNS: readonly DataColumn<OutageDeviceView>[] = [
  {
    key: "device",
    head: "Device",
    cell: ({ id, name, site }) => (
      <>
        <Link href={`/devices/${id}`} prefetch={false}>
          {name}
        </Link>
        <Sub>{site ?? "no site"}</Sub>
      </>
    ),
  },
  { key: "state", head: "Now", tight: true, phone: "end", cell: ({ state }) => <StateMark state={state} /> },
  { key: "lost", head: "Went away", tight: true, phone: "full", label: "Went away: ", cell: ({ lostAt }) => <Time at={lostAt} form="clock" focusable /> },
  {
    key: "back",
    head: "Back",
    tight: true,
    phone: "full",
    label: "Back: ",
    cell: ({ lostAt, backAt }) =>
      backAt === null ? (
        "not yet"
      ) : (
        <>
          <Time at={backAt} form="clock" focusable />
          <Sub>after {formatDuration(Date.parse(backAt) - Date.parse(lostAt))}</Sub>
        </>
      ),
  },
  { key: "how", head: "How", phone: "full", cell: ({ cause }) => causeText(cause) },
];

/** Who is away, and who is back. */
export function OutageDevices({ outageId }: { outageId: string }) {
  const { fleet } = useSession();
  const devices = useQuery(outageDevicesQuery(fleet.id, outageId));
  return (
    <Panel title="Devices" aside="those still away first" end={devices.data ? devices.data.total.toLocaleString("en") : null} flush>
      <Loaded query={devices} what="the devices of this outage">
        {({ items, total }) =>
          items.length === 0 ? (
            <EmptyState title="No device belongs to it any more" />
          ) : (
            <>
              <DataTable caption="Devices of this outage" columns={COLUMNS} rows={items} rowKey={({ id }) => id} />
              {total > items.length ? (
                <EmptyState title={`${(total - items.length).toLocaleString("en")} more devices`}>The first {items.length} are shown.</EmptyState>
              ) : null}
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}
