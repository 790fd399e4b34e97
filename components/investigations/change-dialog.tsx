"use client";

import { Autocomplete, Select, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { changeInvestigations } from "@/lib/client/commands/investigations";
import { useSession } from "@/lib/client/session";
import { CLOSING_REASONS } from "@/lib/domain/investigations/change";
import type { Investigations } from "@/lib/domain/investigations/investigation-view";

type Change = Parameters<typeof changeInvestigations>[1];

interface Props {
  pick: Pick<Change, "deviceIds" | "group">;
  devices: number;
  what: string;
  /** Whether they are closed or snoozed now: then they can be opened again. */
  closed: boolean;
  snoozed: boolean;
  assignees: Investigations["assignees"];
  onClose: () => void;
}

const SNOOZES = [
  { value: "1", label: "For an hour" },
  { value: "4", label: "For 4 hours" },
  { value: "24", label: "For a day" },
  { value: "168", label: "For a week" },
];
const HOUR_MS = 3_600_000;
const KEEP = "keep";
const AGAIN = "again";

/** Who looks into it, not before when, a note, and why it is done with: any of these. */
export function ChangeDialog({ pick, devices, what, closed, snoozed, assignees, onClose }: Props) {
  const { fleet, user } = useSession();
  const client = useQueryClient();
  const [assignee, setAssignee] = useState<string>(KEEP);
  const [snooze, setSnooze] = useState<string>(KEEP);
  const [note, setNote] = useState("");
  const [reason, setReason] = useState("");
  const change: Omit<Change, "deviceIds" | "group"> = {
    ...(assignee !== KEEP && { assigneeId: assignee === "" ? null : assignee }),
    ...(snooze === AGAIN && (closed ? { closedReason: null } : { snoozedUntil: null })),
    ...(Number(snooze) > 0 && { snoozedUntil: new Date(Date.now() + Number(snooze) * HOUR_MS).toISOString() }),
    ...(note.trim() !== "" && { note: note.trim() }),
    ...(reason.trim() !== "" && { closedReason: reason.trim() }),
  };
  const sending = useMutation({
    mutationFn: () => changeInvestigations(fleet.id, { ...pick, ...change }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "investigations"] });
      onClose();
    },
  });
  const nothing = Object.keys(change).length === 0;
  const others = assignees.filter(({ id }) => id !== user.id).map(({ id, name }) => ({ value: id, label: name }));
  const me = assignees.some(({ id }) => id === user.id) ? [{ value: user.id, label: `Me (${user.name})` }] : [];
  return (
    <Dialog onClose={onClose} title={`${what}: ${devices.toLocaleString("en")} ${devices === 1 ? "device" : "devices"}`}>
      <FormFrame
        submitLabel={`Change ${devices.toLocaleString("en")} ${devices === 1 ? "device" : "devices"}`}
        busy={sending.isPending}
        error={sending.error}
        onSubmit={(event) => {
          event.preventDefault();
          if (nothing) onClose();
          else sending.mutate();
        }}
        onCancel={onClose}
      >
        <Select
          label="Assigned to"
          data={[{ value: KEEP, label: "As it is" }, ...me, ...others, { value: "", label: "Nobody" }]}
          value={assignee}
          onChange={(value) => setAssignee(value ?? KEEP)}
          allowDeselect={false}
          searchable={others.length > 8}
          data-autofocus
        />
        <Select
          label="Snooze"
          description="It is out of the open list until then."
          data={[
            { value: KEEP, label: closed || snoozed ? "As it is" : "No" },
            ...(closed || snoozed ? [{ value: AGAIN, label: "Open it again now" }] : []),
            ...(closed ? [] : SNOOZES),
          ]}
          value={snooze}
          onChange={(value) => setSnooze(value ?? KEEP)}
          allowDeselect={false}
        />
        <Textarea
          label="Note"
          description="Everybody of this fleet reads it."
          maxLength={1_000}
          autosize
          minRows={2}
          maxRows={6}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {closed ? null : (
          <Autocomplete
            label="Close, because"
            description="Leave empty to keep it open. It closes by itself when the device is back."
            data={[...CLOSING_REASONS]}
            maxLength={200}
            value={reason}
            onChange={setReason}
          />
        )}
      </FormFrame>
    </Dialog>
  );
}
