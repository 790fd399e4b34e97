"use client";

import { Button, Checkbox } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { ShowMore } from "@/components/ui/show-more";
import { Time } from "@/components/ui/time/time";
import { investigationsQuery } from "@/lib/client/queries/investigations";
import { useSession } from "@/lib/client/session";
import type { InvestigationGroup, Investigations, InvestigationView, InvestigationViewName } from "@/lib/domain/investigations/investigation-view";
import { causeText } from "@/lib/domain/presence/cause-text";
import { ChangeDialog } from "./change-dialog";
import classes from "./investigations.module.css";

interface Props {
  group: InvestigationGroup;
  view: InvestigationViewName;
  assigned: "me" | "nobody" | undefined;
  assignees: Investigations["assignees"];
}

/** The devices of one likely cause, and what is done about them: for those that are ticked, or for all. */
export function GroupDevices({ group, view, assigned, assignees }: Props) {
  const { fleet, can } = useSession();
  const { cause, outageId } = group;
  const list = useInfiniteQuery(investigationsQuery(fleet.id, { view, assigned, cause, outageId: outageId ?? undefined }));
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [changing, setChanging] = useState(false);
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = list.data?.pages[0]?.total ?? group.devices;
  const picked = rows.filter(({ device }) => ticked.has(device.id)).map(({ device }) => device.id);
  const mayChange = can("investigations:write");
  // With a filter on, "all" is what is shown of it, not the whole group.
  const everything = assigned ? { deviceIds: rows.map(({ device }) => device.id) } : { group: { cause, outageId, view } };
  const toggle = (id: string) => setTicked((before) => new Set(before.has(id) ? [...before].filter((other) => other !== id) : [...before, id]));
  const count = picked.length || (assigned ? rows.length : total);
  return (
    <Panel
      title={group.title}
      aside={outageId ? <Link href={`/outages/${outageId}`}>the outage</Link> : "away for longest first"}
      flush
      end={
        mayChange ? (
          <div className={classes.bar}>
            <Button size="xs" onClick={() => setChanging(true)} disabled={count === 0}>
              {picked.length > 0 ? `Change ${picked.length.toLocaleString("en")} ticked` : `Change all ${count.toLocaleString("en")}`}
            </Button>
          </div>
        ) : null
      }
      footer={`${rows.length.toLocaleString("en")} of ${total.toLocaleString("en")} ${total === 1 ? "device" : "devices"}`}
    >
      <Loaded query={list} what="these devices">
        {() => <DataTable caption={group.title} columns={columns(mayChange, ticked, toggle)} rows={rows} rowKey={({ device }) => device.id} />}
      </Loaded>
      <ShowMore list={list} inPanel />
      {changing ? (
        <ChangeDialog
          pick={picked.length > 0 ? { deviceIds: picked } : everything}
          devices={count}
          what={group.title}
          closed={view === "closed"}
          snoozed={view === "snoozed"}
          assignees={assignees}
          onClose={() => {
            setChanging(false);
            setTicked(new Set());
          }}
        />
      ) : null}
    </Panel>
  );
}

function columns(mayChange: boolean, ticked: ReadonlySet<string>, toggle: (id: string) => void): DataColumn<InvestigationView>[] {
  const tick: DataColumn<InvestigationView> = {
    key: "tick",
    head: <span className="visually-hidden">Ticked</span>,
    tight: true,
    phone: "end",
    cell: ({ device }) => <Checkbox aria-label={`Tick ${device.name}`} checked={ticked.has(device.id)} onChange={() => toggle(device.id)} />,
  };
  return [
    ...(mayChange ? [tick] : []),
    {
      key: "device",
      head: "Device",
      cell: ({ device, how }) => (
        <>
          <Link href={`/devices/${device.id}/why`} prefetch={false}>
            {device.name}
          </Link>
          <Sub>
            {device.site ?? "no site"} · {causeText(how)}
          </Sub>
        </>
      ),
    },
    { key: "since", head: "Away for", tight: true, phone: "full", label: "Away for: ", cell: ({ since }) => <Time at={since} form="elapsed" focusable /> },
    { key: "who", head: "Assigned to", phone: "full", label: "Assigned to: ", cell: ({ assignee }) => assignee?.name ?? "nobody" },
    {
      key: "note",
      head: "Notes",
      phone: "full",
      cell: ({ notes, lastNote, snoozedUntil, closedReason, closedBy, view }) => (
        <>
          {view === "closed" ? `${closedReason} (${closedBy})` : null}
          {view === "snoozed" && snoozedUntil ? (
            <>
              until <Time at={snoozedUntil} form="clock" focusable />
            </>
          ) : null}
          {lastNote ? <Sub>{`“${lastNote}”${notes > 1 ? ` and ${notes - 1} more` : ""}`}</Sub> : null}
        </>
      ),
    },
  ];
}
