"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Panel } from "@/components/ui/panel";
import { alertsQuery } from "@/lib/client/queries/alerts";
import { useSession } from "@/lib/client/session";
import type { AlertView } from "@/lib/domain/alerts/alert-view";
import { AlertTable } from "./alert-table";

const AcknowledgeAlertDialog = dynamic(() => import("./acknowledge-alert-dialog").then((module) => module.AcknowledgeAlertDialog), { ssr: false });

/** On a device's page: what is open for it. Nothing at all when there is nothing. */
export function DeviceAlerts({ deviceId }: { deviceId: string }) {
  const { fleet, can } = useSession();
  const [taking, setTaking] = useState<AlertView>();
  const open = useQuery(alertsQuery(fleet.id, { state: "open", deviceId, limit: 50 }));
  const alerts = open.data?.items ?? [];
  if (alerts.length === 0) return null;
  return (
    <Panel title="Open alerts" aside={String(alerts.length)} flush>
      <AlertTable caption="Open alerts of this device" alerts={alerts} onAcknowledge={can("alerts:acknowledge") ? setTaking : undefined} ofOneDevice />
      {taking ? <AcknowledgeAlertDialog alert={taking} onClose={() => setTaking(undefined)} /> : null}
    </Panel>
  );
}
