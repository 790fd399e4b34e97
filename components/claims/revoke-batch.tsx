"use client";

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { revokeBatch } from "@/lib/client/commands/claim-batches";
import { useSession } from "@/lib/client/session";
import type { BatchDetail } from "@/lib/domain/claims/batch-view";

/** Takes back every label that was not used yet. */
export function RevokeBatch({ batch: { id, name, open, used } }: { batch: BatchDetail }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => revokeBatch(fleet.id, id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "claims"] });
      setAsking(false);
    },
  });
  if (!can("claims:write") || open === 0) return null;
  return (
    <>
      <Button data-tone="danger" onClick={() => setAsking(true)}>
        Revoke
      </Button>
      {asking ? (
        <ConfirmDialog
          title={`Revoke the labels of ${name}`}
          confirmLabel={open === 1 ? "Revoke 1 code" : `Revoke ${open.toLocaleString("en")} codes`}
          danger
          busy={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate()}
          onClose={() => setAsking(false)}
        >
          What was not used lets nobody in any more, at once and for good.{" "}
          {used === 0 ? "No label was used." : `${used.toLocaleString("en")} that were used stay, and so do their devices.`}
        </ConfirmDialog>
      ) : null}
    </>
  );
}
