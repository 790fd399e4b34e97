"use client";

import { useQuery } from "@tanstack/react-query";
import { Panel } from "@/components/ui/panel";
import { rejectedQuery } from "@/lib/client/queries/telemetry";
import { useSession } from "@/lib/client/session";
import { RejectedTable } from "./rejected-table";

/** On a device's page: what it sent that could not be stored. Nothing at all when there is nothing. */
export function RejectedPanel({ deviceId }: { deviceId: string }) {
  const { fleet, can } = useSession();
  const rejected = useQuery({ ...rejectedQuery(fleet.id, { deviceId, limit: 20 }), enabled: can("rejected:read") });
  if (!rejected.data || rejected.data.items.length === 0) return null;
  const count = rejected.data.items.reduce((sum, row) => sum + row.count, 0);
  return (
    <Panel title="Rejected messages" aside={`${count.toLocaleString("en")} were received and not stored`} flush>
      <RejectedTable rows={rejected.data.items} ofOneDevice />
    </Panel>
  );
}
