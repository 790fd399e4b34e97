"use client";

import { Button, Switch } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { type DataColumn, DataTable, RowActions, Sub } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time/time";
import { changeChannelEnabled, removeChannel, testChannel } from "@/lib/client/commands/channels";
import { useSession } from "@/lib/client/session";
import type { ChannelView } from "@/lib/domain/alerts/alert-view";
import classes from "./channels-page.module.css";
import { DeliveryState } from "./delivery-state";

export function ChannelTable({ channels }: { channels: readonly ChannelView[] }) {
  const [removing, setRemoving] = useState<ChannelView>();
  const columns: DataColumn<ChannelView>[] = [
    {
      key: "channel",
      head: "Channel",
      phone: "full",
      cell: ({ name, url }) => (
        <>
          {name}
          <Sub>
            <code className={classes.url}>{url}</code>
          </Sub>
        </>
      ),
    },
    { key: "last", head: "Last message", phone: "full", cell: (channel) => <Last channel={channel} /> },
    { key: "enabled", head: "Sending", tight: true, phone: "end", cell: (channel) => <Enabled channel={channel} /> },
    {
      key: "actions",
      head: <span className="visually-hidden">Change</span>,
      align: "end",
      tight: true,
      phone: "full",
      cell: (channel) => <Actions channel={channel} onRemove={setRemoving} />,
    },
  ];
  return (
    <>
      <DataTable caption="Webhooks" columns={columns} rows={channels} rowKey={({ id }) => id} />
      {removing ? <RemoveDialog channel={removing} onClose={() => setRemoving(undefined)} /> : null}
    </>
  );
}

function Last({ channel: { lastDelivery } }: { channel: ChannelView }) {
  if (!lastDelivery) return "none yet";
  const { state, at, status, error } = lastDelivery;
  return (
    <>
      <DeliveryState state={state} /> <Time at={at} focusable />
      {status !== null || error ? <Sub>{[status === null ? "" : `answered ${status}`, error ?? ""].filter(Boolean).join(", ")}</Sub> : null}
    </>
  );
}

function Enabled({ channel }: { channel: ChannelView }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (enabled: boolean) => changeChannelEnabled(fleet.id, channel.id, enabled),
    onSettled: () => client.invalidateQueries({ queryKey: [fleet.id, "channels"] }),
  });
  const shown = change.isPending ? change.variables : channel.enabled;
  return (
    <Switch
      size="sm"
      checked={shown}
      disabled={change.isPending}
      onChange={(event) => change.mutate(event.currentTarget.checked)}
      aria-label={`${channel.name} is ${shown ? "on" : "off"}`}
    />
  );
}

function Actions({ channel, onRemove }: { channel: ChannelView; onRemove: (channel: ChannelView) => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => testChannel(fleet.id, channel.id),
    onSettled: () => client.invalidateQueries({ queryKey: [fleet.id, "channels"] }),
  });
  return (
    <RowActions>
      <Button
        size="xs"
        onClick={() => test.mutate()}
        disabled={!channel.enabled}
        loading={test.isPending}
        aria-label={`Send a test message to ${channel.name}`}
      >
        {test.isError ? "Try the test again" : "Send a test"}
      </Button>
      <Button size="xs" onClick={() => onRemove(channel)} aria-label={`Remove ${channel.name}`}>
        Remove
      </Button>
    </RowActions>
  );
}

function RemoveDialog({ channel, onClose }: { channel: ChannelView; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeChannel(fleet.id, channel.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "channels"] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Remove the channel ${channel.name}?`}
      confirmLabel="Remove"
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      It is told of nothing from now on; what is still queued for it is dropped. Its secret cannot be brought back.
    </ConfirmDialog>
  );
}
