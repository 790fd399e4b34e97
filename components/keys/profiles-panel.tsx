"use client";

import { NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DataTable } from "@/components/ui/data-table";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { setProfileEncryption } from "@/lib/client/commands/keys";
import { profilesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";
import { ENCRYPTION_POLICIES, type EncryptionPolicy } from "@/lib/domain/encryption/policy";
import { POLICY_WORDS } from "./key-words";

interface Change {
  id: string;
  name: string;
  devices: number;
  encryption: EncryptionPolicy;
}

const CONSEQUENCES: Record<EncryptionPolicy, string> = {
  off: "Devices that have a key go on encrypting, and are understood. Nobody is given a first key any more.",
  optional: "Devices that have shown a public key get a content key within seconds. What comes in the open is still taken.",
  required: "From now on every message in the open is refused and not stored. Set it to optional first, until no device is without a key.",
};

/** What each profile asks of its devices. */
export function ProfilesPanel() {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const profiles = useQuery(profilesQuery(fleet.id));
  const [change, setChange] = useState<Change>();
  const set = useMutation({
    mutationFn: ({ id, encryption }: Change) => setProfileEncryption(fleet.id, id, encryption),
    onSuccess: async () => {
      await Promise.all([client.invalidateQueries({ queryKey: [fleet.id, "profiles"] }), client.invalidateQueries({ queryKey: [fleet.id, "keys"] })]);
      setChange(undefined);
    },
  });
  return (
    <Panel title="Encryption by profile" flush>
      <Loaded query={profiles} what="profiles">
        {({ items }) => (
          <DataTable
            caption="Profiles, and whether their devices encrypt"
            rows={items}
            rowKey={({ id }) => id}
            columns={[
              { key: "name", head: "Profile", cell: ({ name }) => name },
              {
                key: "devices",
                head: "Devices",
                align: "end",
                tight: true,
                phone: "end",
                label: "Devices",
                cell: ({ devices }) => devices.toLocaleString("en"),
              },
              {
                key: "encryption",
                head: "Payload encryption",
                phone: "full",
                cell: (profile) =>
                  can("keys:rotate") ? (
                    <NativeSelect
                      maw={320}
                      aria-label={`Payload encryption of ${profile.name}`}
                      value={profile.encryption}
                      data={ENCRYPTION_POLICIES.map((value) => ({ value, label: POLICY_WORDS[value] }))}
                      onChange={(event) => setChange({ ...profile, encryption: ENCRYPTION_POLICIES.find((one) => one === event.currentTarget.value) ?? "off" })}
                    />
                  ) : (
                    POLICY_WORDS[profile.encryption]
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {change ? (
        <ConfirmDialog
          title={`Encryption ${change.encryption} for ${change.name}, ${change.devices} ${change.devices === 1 ? "device" : "devices"}?`}
          confirmLabel={`Set to ${change.encryption}`}
          danger={change.encryption === "required"}
          busy={set.isPending}
          error={set.error}
          onConfirm={() => set.mutate(change)}
          onClose={() => setChange(undefined)}
        >
          {CONSEQUENCES[change.encryption]}
        </ConfirmDialog>
      ) : null}
    </Panel>
  );
}
