"use client";

import { useQuery } from "@tanstack/react-query";
import { Panel } from "@/components/ui/panel";
import { waitingRenewalsQuery } from "@/lib/client/queries/renewals";
import { useSession } from "@/lib/client/session";
import { ComingHome } from "./coming-home";

/** Devices whose token ended and that may come back only when somebody agrees; nothing when there are none. */
export function ComingHomePanel() {
  const { fleet } = useSession();
  const { data } = useQuery(waitingRenewalsQuery(fleet.id));
  if (!data || data.items.length === 0) return null;
  const { items, total = items.length } = data;
  return (
    <Panel
      title={`${total.toLocaleString("en")} ${total === 1 ? "device wants" : "devices want"} to come home`}
      aside="their token ended too long ago, or was taken back"
      flush
    >
      {items.map((renewal) => (
        <ComingHome key={renewal.deviceId} renewal={renewal} />
      ))}
    </Panel>
  );
}
