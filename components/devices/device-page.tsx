"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Note } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { STATE_MARKS } from "@/components/ui/state-shapes";
import { Time } from "@/components/ui/time/time";
import { ApiError } from "@/lib/client/api-error";
import { useRefresh } from "@/lib/client/live/use-refresh";
import { PageTitle } from "@/lib/client/page-title";
import { deviceQuery } from "@/lib/client/queries/devices";
import { timelineQuery } from "@/lib/client/queries/telemetry";
import { deviceTokensQuery } from "@/lib/client/queries/tokens";
import { useSession } from "@/lib/client/session";
import type { DeviceDetail } from "@/lib/domain/devices/device-view";
import { sharedText } from "@/lib/domain/outages/outage-text";
import { causeText } from "@/lib/domain/presence/cause-text";
import { DecommissionPanel } from "./decommission-panel";
import { DeviceActions } from "./device-actions";
import { DeviceEvents } from "./device-events";
import { DeviceFacts } from "./device-facts";
import classes from "./device-page.module.css";
import { useDevicePresence } from "./device-state";
import { DeviceTokens } from "./device-tokens";
import { useLastHeard } from "./use-last-heard";

interface DevicePageProps {
  deviceId: string;
  /** Parts of other nouns, put in by the page. */
  telemetry: ReactNode;
  state: ReactNode;
  presence: ReactNode;
  alerts: ReactNode;
  refused: ReactNode;
  rejected: ReactNode;
  encryption: ReactNode;
  posture: ReactNode;
  commands: ReactNode;
  renewal: ReactNode;
}

/** A gateway in such a state takes those behind it along. */
const GONE: ReadonlySet<string> = new Set(["offline", "silent", "unknown"]);

/** How is this device, and why? */
export function DevicePage({ deviceId, ...parts }: DevicePageProps) {
  const { fleet } = useSession();
  const device = useQuery(deviceQuery(fleet.id, deviceId));
  if (device.error instanceof ApiError && device.error.code === "not_found")
    return (
      <>
        <PageTitle answer="No such device" />
        <h1 className="visually-hidden">No such device</h1>
        <EmptyState framed title="No such device in this fleet" actions={<Link href="/devices">All devices</Link>}>
          It may have been removed, or it belongs to a fleet that you are not in.
        </EmptyState>
      </>
    );
  return (
    <>
      {device.data ? null : (
        <>
          <PageTitle answer="Device" />
          <h1 className="visually-hidden">Device</h1>
        </>
      )}
      <Loaded query={device} what="this device">
        {(data) => <Detail device={data} {...parts} />}
      </Loaded>
    </>
  );
}

function Detail({
  device,
  telemetry,
  state: desired,
  presence: bars,
  alerts,
  refused,
  rejected,
  encryption,
  posture,
  commands,
  renewal,
}: { device: DeviceDetail } & Omit<DevicePageProps, "deviceId">) {
  const { fleet, can } = useSession();
  const presence = useDevicePresence(device);
  const { state, since, cause } = presence;
  useRefresh(presence.version, [
    timelineQuery(fleet.id, device.id).queryKey,
    deviceQuery(fleet.id, device.id).queryKey,
    deviceTokensQuery(fleet.id, device.id).queryKey,
  ]);
  const heardAt = useLastHeard(fleet.id, device.id, can("telemetry:read"));
  const out = device.lifecycle === "suspended" || device.lifecycle === "retired";
  return (
    <div className={classes.page}>
      <PageTitle answer={`${device.name} ${STATE_MARKS[state].word.toLowerCase()}`} />
      <PageHead
        answer={device.name}
        beside={
          <>
            <StateMark state={state} large />
            <span className={classes.since}>
              <Time at={since} form="since" focusable />, <Time at={since} form="elapsed" />
            </span>
          </>
        }
        why={causeText(cause)}
        actions={
          <>
            {state === "online" ? null : (
              <Button component={Link} href={`/devices/${device.id}/why`}>
                Why?
              </Button>
            )}
            <DeviceActions device={device} />
          </>
        }
      />
      {out ? (
        <Note tone="warn" mark="quarantined">
          This device is {device.lifecycle}: its tokens were taken back and it gets no new one.
        </Note>
      ) : null}
      {state === "offline" && device.outage ? (
        <Note tone="bad" mark="offline">
          It went away together with others. <Link href={`/outages/${device.outage.id}`}>Outage: {sharedText(device.outage)}</Link>
        </Note>
      ) : null}
      {state !== "online" && device.gateway && GONE.has(device.gateway.state) ? (
        <Note tone="bad" mark="offline">
          Its gateway <Link href={`/devices/${device.gateway.id}`}>{device.gateway.name}</Link> is {STATE_MARKS[device.gateway.state].word.toLowerCase()}, too:
          look there first.
        </Note>
      ) : null}
      <DeviceFacts device={device} presence={presence} heardAt={heardAt} />
      <div className={classes.columns}>
        <div className={classes.stack}>
          {alerts}
          {refused}
          {telemetry}
          {desired}
          {bars}
          {rejected}
        </div>
        <div className={classes.stack}>
          {device.lifecycle === "retired" ? <DecommissionPanel deviceId={device.id} /> : null}
          {commands}
          <DeviceTokens device={device} renewal={renewal} />
          {encryption}
          {posture}
          <DeviceEvents deviceId={device.id} />
          {device.note ? (
            <Panel title="Note">
              <p className={classes.note}>{device.note}</p>
            </Panel>
          ) : null}
        </div>
      </div>
    </div>
  );
}
