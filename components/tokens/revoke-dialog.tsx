"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { revokeToken } from "@/lib/client/commands/tokens";
import { useSession } from "@/lib/client/session";
import type { TokenView } from "@/lib/domain/tokens/token-view";

export function RevokeDialog({ token, onClose }: { token: TokenView; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const holder = token.subjectName ?? token.subject;
  const revoke = useMutation({
    mutationFn: () => revokeToken(fleet.id, token.id, "revoked in the console"),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "tokens"] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Revoke ${token.label ? `“${token.label}”` : "this token"} of ${holder}?`}
      confirmLabel="Revoke now"
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      {token.connected > 0
        ? `${token.connected === 1 ? "The session" : `The ${token.connected} sessions`} open with it will be cut within a second. `
        : "No session is open with it. "}
      Nobody can connect with it again.
    </ConfirmDialog>
  );
}
