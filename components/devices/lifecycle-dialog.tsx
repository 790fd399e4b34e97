"use client";

import { TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { changeDevice, decommissionDevice } from "@/lib/client/commands/devices";
import { useSession } from "@/lib/client/session";
import type { DeviceDetail } from "@/lib/domain/devices/device-view";

type Target = "active" | "suspended" | "retired";

const TEXTS: Record<Target, { title: (name: string) => string; label: string; text: string }> = {
  active: {
    title: (name) => `Make ${name} active again?`,
    label: "Make it active",
    text: "It may connect again as soon as it gets a new token: the old ones stay revoked.",
  },
  suspended: {
    title: (name) => `Suspend ${name}?`,
    label: "Suspend it",
    text: "All its tokens are taken back and its session is cut within a second. It stays in the list and keeps its history. To come back it needs a new token.",
  },
  retired: {
    title: (name) => `Retire ${name}?`,
    label: "Retire it",
    text: "All its tokens are taken back and its session is cut. Its content keys are destroyed, its alerts end, what it began by a claim is closed, and the broker forgets it. It leaves the list and the counts; its history stays.",
  },
};

/** Retiring asks for the name: it is meant to be for good. */
export function LifecycleDialog({ device, to, onClose }: { device: DeviceDetail; to: Target; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const { title, label, text } = TEXTS[to];
  const change = useMutation({
    mutationFn: (): Promise<unknown> =>
      to === "retired" ? decommissionDevice(fleet.id, device.id, reason.trim()) : changeDevice(fleet.id, { deviceId: device.id, lifecycle: to }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={title(device.name)}
      confirmLabel={label}
      danger={to !== "active"}
      {...(to === "retired" ? { typeToConfirm: device.name } : {})}
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate()}
      onClose={onClose}
    >
      {text}
      {to === "retired" ? (
        <TextInput
          mt="md"
          label="Reason"
          description="Stays in the record."
          maxLength={200}
          autoComplete="off"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      ) : null}
    </ConfirmDialog>
  );
}
