"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Panel } from "@/components/ui/panel";
import { useLinkView } from "@/lib/client/live/use-link-view";
import { deviceRefusalsQuery } from "@/lib/client/queries/refusals";
import { useSession } from "@/lib/client/session";
import { RefusalTable } from "./refusal-table";

/** On a device's page: what brokers did not allow it, or somebody in its name. Nothing at all when there is nothing. */
export function RefusalPanel({ deviceId }: { deviceId: string }) {
  const { fleet, can } = useSession();
  const paused = useLinkView().kind === "paused";
  const { data } = useQuery({ ...deviceRefusalsQuery(fleet.id, deviceId, paused), enabled: can("refusals:read") });
  if (!data || data.items.length === 0) return null;
  return (
    <Panel
      title="Refused"
      aside="by a broker, newest first"
      flush
      end={data.total > data.items.length ? <Link href={`/refusals?device=${deviceId}`}>All {data.total.toLocaleString("en")}</Link> : null}
    >
      <RefusalTable rows={data.items} ofOneDevice />
    </Panel>
  );
}
