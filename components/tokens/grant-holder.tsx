"use client";

import { Autocomplete, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deviceSearchQuery } from "@/lib/client/queries/devices";
import { membersQuery } from "@/lib/client/queries/members";
import { useSession } from "@/lib/client/session";
import type { GrantDraft } from "./use-grant-draft";

type Props = { holder: GrantDraft["holder"]; onHold: (changes: Partial<GrantDraft["holder"]>) => void };

export function GrantHolder({ holder, onHold }: Props) {
  return (
    <>
      <SegmentedControl
        aria-label="Kind of holder"
        value={holder.kind}
        onChange={(value) => onHold({ kind: value === "device" || value === "console" ? value : "service" })}
        data={[
          { value: "service", label: "Service" },
          { value: "console", label: "Person" },
          { value: "device", label: "Device" },
        ]}
        fullWidth
      />
      {holder.kind === "service" ? (
        <TextInput
          label="Holder"
          description="A program of yours, by name. A new name makes a new service."
          inputWrapperOrder={["label", "input", "description", "error"]}
          placeholder="meter-bridge"
          value={holder.service}
          maxLength={80}
          autoComplete="off"
          onChange={(event) => onHold({ service: event.currentTarget.value })}
        />
      ) : null}
      {holder.kind === "console" ? <Person holder={holder} onHold={onHold} /> : null}
      {holder.kind === "device" ? <Device holder={holder} onHold={onHold} /> : null}
    </>
  );
}

function Person({ holder, onHold }: Props) {
  const { fleet } = useSession();
  const members = useQuery(membersQuery(fleet.id));
  const data = members.data?.items.map(({ userId, name, email }) => ({ value: userId, label: `${name} (${email})` })) ?? [];
  return <Select label="Holder" data={data} value={holder.userId} onChange={(value) => value && onHold({ userId: value })} allowDeselect={false} searchable />;
}

/** By name or id; what is chosen is kept as the id. */
function Device({ holder, onHold }: Props) {
  const { fleet } = useSession();
  const [text, setText] = useState(holder.deviceId);
  const [asked] = useDebouncedValue(text.trim(), 250);
  const found = useQuery(deviceSearchQuery(fleet.id, asked.startsWith("dev_") ? `id:${asked}` : asked));
  const items = found.data?.items ?? [];
  const chosen = items.find(({ id }) => id === holder.deviceId);
  return (
    <Autocomplete
      label="Holder"
      description={chosen ? `${chosen.name}, ${chosen.id}` : "Name or id of a device."}
      inputWrapperOrder={["label", "input", "description", "error"]}
      value={text}
      data={items.map(({ name }) => name)}
      filter={({ options }) => options}
      onChange={(value) => {
        setText(value);
        const match = items.find(({ id, name }) => name === value || id === value);
        if (match) onHold({ deviceId: match.id });
        else if (value.startsWith("dev_")) onHold({ deviceId: value.trim() });
      }}
    />
  );
}
