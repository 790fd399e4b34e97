"use client";

import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { newerPresence } from "@/lib/client/live/newer-presence";
import { useLivePresence } from "@/lib/client/live/use-live";
import type { DeviceRow, PresenceView } from "@/lib/domain/devices/device-view";
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

export function ReasonCell({ device }: { device: Listed }) {
  const { state, cause } = useDevicePresence(device);
  return state === "online" ? null : causeText(cause).replace(/\.$/, "");
}

export function LastSeenCell({ device }: { device: Listed }) {
  const { lastSeenAt } = useDevicePresence(device);
  return lastSeenAt === null ? "never" : <Time at={lastSeenAt} />;
}
