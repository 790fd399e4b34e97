"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { removeMember } from "@/lib/client/commands/members";
import { membersQuery } from "@/lib/client/queries/members";
import { useSession } from "@/lib/client/session";
import type { MemberView } from "@/lib/domain/members/member-view";

export function RemoveMemberDialog({ member, onClose }: { member: MemberView; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeMember(fleet.id, member.userId),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: membersQuery(fleet.id).queryKey });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Remove ${member.name} from ${fleet.name}?`}
      confirmLabel="Remove"
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {member.email} loses access at once, in every open tab. What they did stays in the audit log, and they can be added again.
    </ConfirmDialog>
  );
}
