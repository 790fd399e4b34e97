"use client";

import { createColumnHelper, tableFeatures } from "@tanstack/react-table";
import Link from "next/link";
import type { DeviceRow } from "@/lib/domain/devices/device-view";
import { ChooseAll, ChooseRow } from "./choose-cells";
import type { DeviceSort } from "./device-search";
import { LastSeenCell, ReasonCell, StateCell } from "./device-state";
import classes from "./device-table.module.css";

export const deviceTableFeatures = tableFeatures({});
const helper = createColumnHelper<typeof deviceTableFeatures, DeviceRow>();

/** For who may do something with them. */
export const chooseColumn = helper.display({
  id: "choose",
  header: () => <ChooseAll />,
  cell: ({ row: { original } }) => <ChooseRow id={original.id} name={original.name} />,
});

/** Searching, sorting and paging are the server's; the table lays the columns out. */
export const deviceColumns = helper.columns([
  helper.display({
    id: "device",
    header: "Device and site",
    cell: ({ row: { original } }) => (
      <>
        <Link className={classes.name} href={`/devices/${original.id}`} prefetch={false} data-row-link="">
          {original.name}
        </Link>
        <span className={classes.sub}>{original.site?.name ?? "no site"}</span>
      </>
    ),
  }),
  helper.display({ id: "state", header: "State", cell: ({ row }) => <StateCell device={row.original} /> }),
  helper.display({ id: "reason", header: "Reason", cell: ({ row }) => <ReasonCell device={row.original} /> }),
  helper.display({ id: "lastSeen", header: "Last seen", cell: ({ row }) => <LastSeenCell device={row.original} /> }),
  helper.display({ id: "profile", header: "Profile", cell: ({ row }) => row.original.profile.name }),
  helper.display({ id: "firmware", header: "Firmware", cell: ({ row }) => <span className="mono">{row.original.firmware ?? "–"}</span> }),
  helper.display({ id: "address", header: "Address", cell: ({ row }) => <span className="mono">{row.original.address ?? "–"}</span> }),
]);

/** Columns that sort, with the order of the first click and of the second. */
export const SORT_OF: Record<string, readonly [DeviceSort, DeviceSort]> = {
  device: ["name", "-name"],
  state: ["attention", "-since"],
  lastSeen: ["lastSeen", "-lastSeen"],
};
