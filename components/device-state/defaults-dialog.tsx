"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { Dialog } from "@/components/ui/dialog";
import { Loaded } from "@/components/ui/loaded";
import { replaceDefaults } from "@/lib/client/commands/device-state";
import { profileStateQuery } from "@/lib/client/queries/device-state";
import { useSession } from "@/lib/client/session";
import type { ProfileStateView } from "@/lib/domain/device-state/state-view";
import type { StateDocument } from "@/lib/protocol/state";
import { DocumentDialog } from "./document-dialog";

/** What a profile desires of its devices: the one that the address names (`desired`). */
export function DefaultsDialog() {
  const [profileId, setProfileId] = useQueryState("desired", parseAsString);
  return profileId === null ? null : <Defaults key={profileId} profileId={profileId} onClose={() => void setProfileId(null)} />;
}

function Defaults({ profileId, onClose }: { profileId: string; onClose: () => void }) {
  const { fleet } = useSession();
  const state = useQuery(profileStateQuery(fleet.id, profileId));
  if (state.data) return <Edit state={state.data} onClose={onClose} />;
  return (
    <Dialog title="What it desires of its devices" onClose={onClose}>
      <Loaded query={state} what="what a profile desires">
        {() => null}
      </Loaded>
    </Dialog>
  );
}

function Edit({ state: { profileId, name, desired, devices }, onClose }: { state: ProfileStateView; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (document: StateDocument) => replaceDefaults(fleet.id, profileId, document),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "state"] });
      onClose();
    },
  });
  const many = `${devices.toLocaleString("en")} ${devices === 1 ? "device" : "devices"}`;
  return (
    <DocumentDialog
      title={`What ${name} desires of its devices`}
      label="Defaults"
      description={`JSON, for ${many}. What is desired of one device by itself goes before it.`}
      document={desired}
      version={0}
      resultOf={(document) => document}
      busy={save.isPending}
      error={save.error}
      onSave={(document) => save.mutate(document)}
      onClose={onClose}
    />
  );
}
