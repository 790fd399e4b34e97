"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { PageHead } from "@/components/ui/page-head";
import { ApiError } from "@/lib/client/api-error";
import { useLivePresence } from "@/lib/client/live/use-live";
import { PageTitle } from "@/lib/client/page-title";
import { deviceCommandsQuery } from "@/lib/client/queries/commands";
import { deviceQuery } from "@/lib/client/queries/devices";
import { useSession } from "@/lib/client/session";
import { isOver } from "@/lib/domain/commands/command-state";
import type { DeviceDetail } from "@/lib/domain/devices/device-view";
import { CommandHistory } from "./command-history";
import classes from "./commands.module.css";
import { SendPanel } from "./send-panel";

/** What was this device asked to do, and what can it be asked? */
export function CommandsPage({ deviceId }: { deviceId: string }) {
  const { fleet } = useSession();
  const device = useQuery(deviceQuery(fleet.id, deviceId));
  if (device.error instanceof ApiError && device.error.code === "not_found")
    return (
      <>
        <PageTitle answer="No such device" />
        <h1 className="visually-hidden">No such device</h1>
        <EmptyState framed title="No such device in this fleet" actions={<Link href="/devices">All devices</Link>} />
      </>
    );
  return (
    <>
      {device.data ? null : (
        <>
          <PageTitle answer="Commands" />
          <h1 className="visually-hidden">Commands</h1>
        </>
      )}
      <Loaded query={device} what="this device">
        {(data) => <Detail device={data} />}
      </Loaded>
    </>
  );
}

function Detail({ device }: { device: DeviceDetail }) {
  const { fleet } = useSession();
  const presence = useLivePresence(device.id) ?? device.presence;
  const list = useInfiniteQuery(deviceCommandsQuery(fleet.id, device.id));
  const open = list.data?.pages.flatMap(({ items }) => items).filter(({ state }) => !isOver(state)).length ?? 0;
  const answer = open === 0 ? `Commands to ${device.name}` : `${open} ${open === 1 ? "command" : "commands"} to ${device.name} under way`;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="Delivered, running and done are the device's own words. What does not wait is refused while the device is away."
        actions={
          <Button component={Link} href={`/devices/${device.id}`}>
            Device page
          </Button>
        }
      />
      <div className={classes.columns}>
        <CommandHistory deviceId={device.id} />
        <SendPanel device={{ ...device, presence: { ...device.presence, ...presence } }} />
      </div>
    </div>
  );
}
