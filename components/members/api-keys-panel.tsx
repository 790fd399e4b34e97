"use client";

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { Time } from "@/components/ui/time/time";
import { revokeApiKey } from "@/lib/client/commands/api-keys";
import { apiKeysQuery } from "@/lib/client/queries/members";
import { useSession } from "@/lib/client/session";
import type { ApiKeyView } from "@/lib/domain/members/member-view";

const AddApiKeyDialog = dynamic(() => import("./add-api-key-dialog").then((module) => module.AddApiKeyDialog), { ssr: false });

/** Keys for programs that use the HTTP API. */
export function ApiKeysPanel() {
  const { fleet } = useSession();
  const keys = useQuery(apiKeysQuery(fleet.id));
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<ApiKeyView>();
  return (
    <Panel
      title="API keys"
      flush
      end={
        <Button size="xs" onClick={() => setAdding(true)}>
          Make a key
        </Button>
      }
    >
      <Loaded query={keys} what="API keys">
        {({ items }) =>
          items.length > 0 ? (
            <DataTable caption="API keys" columns={columnsFor(setRevoking)} rows={items} rowKey={({ id }) => id} />
          ) : (
            <EmptyState title="No program has access">
              A key carries a role and an end. Programs send it as <code>Authorization: Bearer …</code> to <code>/api/v1</code>.
            </EmptyState>
          )
        }
      </Loaded>
      {adding ? <AddApiKeyDialog onClose={() => setAdding(false)} /> : null}
      {revoking ? <RevokeKeyDialog apiKey={revoking} onClose={() => setRevoking(undefined)} /> : null}
    </Panel>
  );
}

function columnsFor(onRevoke: (apiKey: ApiKeyView) => void): DataColumn<ApiKeyView>[] {
  return [
    {
      key: "name",
      head: "Key",
      cell: ({ name, prefix }) => (
        <>
          {name}
          <Sub>
            <code>{prefix}…</code>
          </Sub>
        </>
      ),
    },
    { key: "role", head: "Role", phone: "full", cell: ({ role }) => role },
    {
      key: "used",
      head: "Last used",
      tight: true,
      phone: "full",
      label: "used",
      cell: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} focusable /> : "never"),
    },
    { key: "made", head: "Made", tight: true, phone: "skip", cell: ({ createdAt }) => <Time at={createdAt} focusable /> },
    {
      key: "ends",
      head: "Ends",
      tight: true,
      phone: "end",
      cell: ({ expiresAt, revokedAt }) =>
        revokedAt ? (
          <>
            revoked <Time at={revokedAt} focusable />
          </>
        ) : expiresAt ? (
          <Time at={expiresAt} focusable />
        ) : (
          "never"
        ),
    },
    {
      key: "revoke",
      head: <span className="visually-hidden">Revoke</span>,
      align: "end",
      tight: true,
      phone: "full",
      cell: (apiKey) =>
        apiKey.revokedAt ? null : (
          <Button size="xs" data-tone="danger" onClick={() => onRevoke(apiKey)} aria-label={`Revoke ${apiKey.name}`}>
            Revoke
          </Button>
        ),
    },
  ];
}

function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKeyView; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeApiKey(fleet.id, apiKey.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: apiKeysQuery(fleet.id).queryKey });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Revoke the key ${apiKey.name}?`}
      confirmLabel="Revoke now"
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      Programs that use it are refused from the next request on.
    </ConfirmDialog>
  );
}
