"use client";

import { Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { acknowledgeOutage } from "@/lib/client/commands/outages";
import { useSession } from "@/lib/client/session";
import type { OutageView } from "@/lib/domain/outages/outage-view";

/** "I know of it." The outage stays until its devices are back; the others see who took it. */
export function AcknowledgeOutageDialog({ outage, onClose }: { outage: OutageView; onClose: () => void }) {
  const { fleet, user } = useSession();
  const client = useQueryClient();
  const [comment, setComment] = useState("");
  const acknowledge = useMutation({
    mutationFn: () => acknowledgeOutage(fleet.id, outage.id, comment),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "outages"] });
      onClose();
    },
  });
  return (
    <Dialog onClose={onClose} title="Acknowledge this outage">
      <FormFrame
        submitLabel="Acknowledge"
        busy={acknowledge.isPending}
        error={acknowledge.error}
        onSubmit={(event) => {
          event.preventDefault();
          acknowledge.mutate();
        }}
        onCancel={onClose}
      >
        <p>
          {outage.title}. Everybody will see that {user.name} knows of it. It ends by itself when its devices are back.
        </p>
        <Textarea
          label="Comment"
          description="Optional: what is being done."
          maxLength={500}
          autosize
          minRows={2}
          maxRows={6}
          data-autofocus
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
      </FormFrame>
    </Dialog>
  );
}
