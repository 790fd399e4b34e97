"use client";

import { NativeSelect } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useMemo } from "react";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { ShowMore } from "@/components/ui/show-more";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { jobDevicesQuery } from "@/lib/client/queries/jobs";
import { useSession } from "@/lib/client/session";
import { JOB_DEVICE_FILTERS, type JobDetail, type JobDeviceFilter, type JobDeviceView } from "@/lib/domain/jobs/job-view";
import { OUTCOME_MARKS, valueWords } from "./job-words";

const FILTERS = ["all", ...JOB_DEVICE_FILTERS] as const;

function wordOf(filter: JobDeviceFilter | "all"): string {
  if (filter === "all") return "All, what went wrong first";
  return filter === "open" ? "Not done" : OUTCOME_MARKS[filter].word;
}

/** Every device of the job: what went wrong first, with why. */
export function JobDevices({ job }: { job: JobDetail }) {
  const { fleet } = useSession();
  const [filter, setFilter] = useQueryState("devices", parseAsStringLiteral(FILTERS).withDefault("all"));
  const list = useInfiniteQuery(jobDevicesQuery(fleet.id, job.id, { outcome: filter, running: job.state === "running" }));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  const columns = useMemo(() => columnsOf(job.action), [job.action]);
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
            <DataTable caption="Devices of this job" columns={columns} rows={items} rowKey={({ deviceId }) => deviceId} />
          ) : (
            <EmptyState title="No device">None of this job's devices is so.</EmptyState>
          )
        }
      </Loaded>
      <ShowMore list={list} inPanel />
    </Panel>
  );
}

function columnsOf(action: JobDetail["action"]): readonly DataColumn<JobDeviceView>[] {
  return [
    { key: "name", head: "Device", cell: ({ deviceId, name }) => <Link href={`/devices/${deviceId}`}>{name}</Link> },
    {
      key: "outcome",
      head: "Outcome",
      phone: "full",
      cell: ({ outcome, why }) => (
        <>
          <StateMark {...OUTCOME_MARKS[outcome]} />
          {why === null ? null : <Sub>{why}</Sub>}
        </>
      ),
    },
    { key: "before", head: "Before", phone: "full", label: "Before: ", cell: ({ before }) => valueWords(action, before) },
    { key: "after", head: "After", phone: "full", label: "After: ", cell: ({ after }) => valueWords(action, after) },
    { key: "at", head: "When", tight: true, phone: "end", cell: ({ at }) => (at === null ? "not yet" : <Time at={at} focusable />) },
  ];
}
