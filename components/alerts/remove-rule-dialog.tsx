"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { removeAlertRule } from "@/lib/client/commands/alerts";
import { useSession } from "@/lib/client/session";
import type { AlertRuleView } from "@/lib/domain/alerts/alert-view";

export function RemoveRuleDialog({ rule, onClose }: { rule: AlertRuleView; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeAlertRule(fleet.id, rule.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Remove the rule ${rule.name}?`}
      confirmLabel="Remove it"
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {rule.firing > 0 ? `Its ${rule.firing} firing ${rule.firing === 1 ? "alert ends" : "alerts end"} with it. ` : ""}
      Switching it off keeps it for later.
    </ConfirmDialog>
  );
}
