"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { replaceDesired } from "@/lib/client/commands/device-state";
import { deviceStateQuery } from "@/lib/client/queries/device-state";
import { useSession } from "@/lib/client/session";
import { mergePatch } from "@/lib/domain/device-state/merge-patch";
import type { DeviceStateView } from "@/lib/domain/device-state/state-view";
import type { StateDocument } from "@/lib/protocol/state";
import { DocumentDialog } from "./document-dialog";

/** What is desired of this one device. Saved only if nobody else changed it meanwhile. */
export function EditStateDialog({ state, onClose }: { state: DeviceStateView; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const save = useMutation({
    // The version that the dialog was opened with: what a refetch brings in behind it is somebody else's.
    mutationFn: ({ desired, version }: { desired: StateDocument; version: number }) => replaceDesired(fleet.id, state.deviceId, { desired, version }),
    onSuccess: async (saved) => {
      client.setQueryData(deviceStateQuery(fleet.id, state.deviceId).queryKey, saved);
      await client.invalidateQueries({ queryKey: [fleet.id, "state"] });
      onClose();
    },
  });
  const hasDefaults = Object.keys(state.defaults).length > 0;
  return (
    <DocumentDialog
      title="Change what is desired"
      label="Desired of this device"
      description={
        hasDefaults
          ? `JSON. It goes before what profile ${state.profile.name} desires; what is left out is as the profile has it.`
          : "JSON. The device is sent it at once, or when it is back."
      }
      document={state.overrides}
      version={state.version}
      resultOf={(document) => mergePatch(state.defaults, document)}
      busy={save.isPending}
      error={save.error}
      onSave={(desired, version) => save.mutate({ desired, version })}
      onClose={onClose}
    />
  );
}
