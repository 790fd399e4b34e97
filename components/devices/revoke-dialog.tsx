"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { revokeToken } from "@/lib/client/commands/tokens";
import { useSession } from "@/lib/client/session";
import type { TokenView } from "@/lib/domain/tokens/token-view";

interface RevokeDialogProps {
  token: Pick<TokenView, "id" | "label" | "connected">;
  device: { name: string };
  onClose: () => void;
}

export function RevokeDialog({ token, device, onClose }: RevokeDialogProps) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeToken(fleet.id, token.id, "revoked in the console"),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "tokens"] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Revoke ${token.label ? `“${token.label}”` : "this token"} of ${device.name}?`}
      confirmLabel="Revoke now"
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      {token.connected > 0 ? "The session that is open with it is cut within a second. " : "No session is open with it. "}
      Nobody can connect with it again; a device that has no other token stays away until it gets one.
    </ConfirmDialog>
  );
}
