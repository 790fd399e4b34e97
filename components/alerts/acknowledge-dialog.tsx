"use client";

import { Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { acknowledgeAlert } from "@/lib/client/commands/alerts";
import { useSession } from "@/lib/client/session";
import type { AlertView } from "@/lib/domain/alerts/alert-view";

/** "I know of it." The alert stays until its condition ends; the others see who took it. */
export function AcknowledgeDialog({ alert, onClose }: { alert: AlertView; onClose: () => void }) {
  const { fleet, user } = useSession();
  const client = useQueryClient();
  const [comment, setComment] = useState("");
  const acknowledge = useMutation({
    mutationFn: () => acknowledgeAlert(fleet.id, alert.id, comment),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "alerts"] });
      onClose();
    },
  });
  return (
    <Dialog onClose={onClose} title={`Acknowledge ${alert.rule.name}`}>
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
          {alert.device.name}: {alert.detail} Everybody will see that {user.name} knows of it. It ends by itself when its condition does.
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
