"use client";

import { NativeSelect } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { ShowMore } from "@/components/ui/show-more";
import { StateMark } from "@/components/ui/state-mark";
import type { StateName } from "@/components/ui/state-shapes";
import { Time } from "@/components/ui/time/time";
import { type RotationDeviceFilter, rotationDevicesQuery } from "@/lib/client/queries/keys";
import { useSession } from "@/lib/client/session";
import { ROTATION_OUTCOMES, type RotationDeviceView } from "@/lib/domain/encryption/rotation-view";
import { OUTCOME_MARKS, whyWords } from "./rotation-words";

const FILTERS = ["lagging", "all", ...ROTATION_OUTCOMES] as const satisfies readonly RotationDeviceFilter[];
const FILTER_WORDS: Partial<Record<RotationDeviceFilter, string>> = { lagging: "Laggards", all: "All devices" };

const moment = (at: string | null) => (at === null ? "not yet" : <Time at={at} focusable />);
const COLUMNS: readonly DataColumn<RotationDeviceView>[] = [
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
  {
    key: "outcome",
    head: "Its key",
    phone: "full",
    cell: ({ outcome, version, why }) => (
      <>
        <StateMark {...OUTCOME_MARKS[outcome]} /> {version === null ? null : `v${version}`}
        {why === null ? null : <Sub>{whyWords(why)}</Sub>}
      </>
    ),
  },
  { key: "announced", head: "Announced", tight: true, phone: "full", label: "Announced: ", cell: ({ announcedAt }) => moment(announcedAt) },
  { key: "received", head: "Received", tight: true, phone: "full", label: "Received: ", cell: ({ receivedAt }) => moment(receivedAt) },
  { key: "used", head: "Used on wire", tight: true, phone: "full", label: "Used on wire: ", cell: ({ firstSeenAt }) => moment(firstSeenAt) },
];

/** Who holds it up and why; every device, if asked. */
export function RotationDevices({ rotationId }: { rotationId: string }) {
  const { fleet } = useSession();
  const [filter, setFilter] = useQueryState("devices", parseAsStringLiteral(FILTERS).withDefault("lagging"));
  const list = useInfiniteQuery(rotationDevicesQuery(fleet.id, rotationId, filter));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  return (
    <Panel
      title="Devices"
      end={
        <NativeSelect
          aria-label="Which devices"
          value={filter}
          data={FILTERS.map((value) => ({ value, label: wordOf(value) }))}
          onChange={(event) => void setFilter(FILTERS.find((one) => one === event.currentTarget.value) ?? null)}
        />
      }
      flush
      footer={total ? `${items.length} of ${total.toLocaleString("en")} shown` : undefined}
    >
      <Loaded query={list} what="devices">
        {() =>
          items.length > 0 ? (
            <DataTable caption="Devices of this rotation" columns={COLUMNS} rows={items} rowKey={({ deviceId }) => deviceId} />
          ) : (
            <EmptyState title={filter === "lagging" ? "Nobody lags" : "No device"}>
              {filter === "lagging" ? "Every device whose wave has begun was seen with its new key." : "None of this rotation's devices is so."}
            </EmptyState>
          )
        }
      </Loaded>
      <ShowMore list={list} inPanel />
    </Panel>
  );
}

function wordOf(filter: RotationDeviceFilter): string {
  return FILTER_WORDS[filter] ?? (filter === "lagging" || filter === "all" ? filter : OUTCOME_MARKS[filter].word);
}
