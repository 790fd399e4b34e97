"use client";

import { useQueryClient } from "@tanstack/react-query";
import { AcknowledgeDialog } from "@/components/ui/acknowledge-dialog";
import { acknowledgeOutage } from "@/lib/client/commands/outages";
import { useSession } from "@/lib/client/session";
import type { OutageView } from "@/lib/domain/outages/outage-view";

/** "I know of it." The outage stays until its devices are back. */
export function AcknowledgeOutageDialog({ outage, onClose }: { outage: OutageView; onClose: () => void }) {
  const { fleet, user } = useSession();
  const client = useQueryClient();
  const acknowledge = async (comment: string) => {
    await acknowledgeOutage(fleet.id, outage.id, comment);
    await client.invalidateQueries({ queryKey: [fleet.id, "outages"] });
  };
  return (
    <AcknowledgeDialog title="Acknowledge this outage" acknowledge={acknowledge} onClose={onClose}>
      {outage.title}. Everybody will see that {user.name} knows of it. It ends by itself when its devices are back.
    </AcknowledgeDialog>
  );
}
