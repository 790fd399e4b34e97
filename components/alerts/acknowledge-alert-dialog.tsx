"use client";

import { useQueryClient } from "@tanstack/react-query";
import { AcknowledgeDialog } from "@/components/ui/acknowledge-dialog";
import { acknowledgeAlert } from "@/lib/client/commands/alerts";
import { useSession } from "@/lib/client/session";
import type { AlertView } from "@/lib/domain/alerts/alert-view";

/** "I know of it." The alert stays until its condition ends. */
export function AcknowledgeAlertDialog({ alert, onClose }: { alert: AlertView; onClose: () => void }) {
  const { fleet, user } = useSession();
  const client = useQueryClient();
  const acknowledge = async (comment: string) => {
    await acknowledgeAlert(fleet.id, alert.id, comment);
    await client.invalidateQueries({ queryKey: [fleet.id, "alerts"] });
  };
  return (
    <AcknowledgeDialog title={`Acknowledge ${alert.rule.name}`} acknowledge={acknowledge} onClose={onClose}>
      {alert.device.name}: {alert.detail} Everybody will see that {user.name} knows of it. It ends by itself when its condition does.
    </AcknowledgeDialog>
  );
}
