"use client";

import Link from "next/link";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { newerPresence } from "@/lib/client/live/newer-presence";
import { useLivePresence } from "@/lib/client/live/use-live";
import type { DeviceRow, PresenceView } from "@/lib/domain/devices/device-view";
import { sharedText } from "@/lib/domain/outages/outage-text";
import { causeText } from "@/lib/domain/presence/cause-text";
import classes from "./device-table.module.css";

type Listed = Pick<DeviceRow, "id" | "presence">;

/** What was fetched, corrected by what the live link said since. */
export function useDevicePresence({ id, presence }: Listed): PresenceView {
  return newerPresence(presence, useLivePresence(id));
}

export function StateCell({ device }: { device: Listed }) {
  const { state, since } = useDevicePresence(device);
  return (
    <>
      <StateMark state={state} />
      <span className={`${classes.sub} ${classes.since}`}>
        <Time at={since} form="since" />
      </span>
    </>
  );
}

export function ReasonCell({ device }: { device: Listed & Pick<DeviceRow, "outage" | "tamper"> }) {
  const { state, cause } = useDevicePresence(device);
  if (state === "online" && !device.tamper) return null;
  if (device.tamper)
    return (
      <Link href={`/devices/${device.id}/why`} prefetch={false}>
        <StateMark state="tamper" />
      </Link>
    );
  if (state === "offline" && device.outage)
    return (
      <Link href={`/outages/${device.outage.id}`} prefetch={false}>
        Outage: {sharedText(device.outage)}
      </Link>
    );
  const reason = causeText(cause).replace(/\.$/, "");
  if (state !== "offline") return reason;
  return (
    <Link href={`/devices/${device.id}/why`} prefetch={false} title="Why?">
      {reason}
    </Link>
  );
}

export function LastSeenCell({ device }: { device: Listed }) {
  const { lastSeenAt } = useDevicePresence(device);
  return lastSeenAt === null ? "never" : <Time at={lastSeenAt} />;
}
