"use client";

import { TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { type RotationStep, steerRotation } from "@/lib/client/commands/keys";
import { useSession } from "@/lib/client/session";
import type { RotationDetail } from "@/lib/domain/encryption/rotation-view";

const WORDS: Record<RotationStep, { title: string; submit: string; text: string }> = {
  pause: {
    title: "Pause this rotation",
    submit: "Pause",
    text: "No further wave begins. Devices that were given their new key go on to it. No former key retires meanwhile.",
  },
  resume: { title: "Resume this rotation", submit: "Resume", text: "The next wave begins as planned. Devices that have failed so far do not halt it again." },
  "roll-back": {
    title: "Roll back this rotation",
    submit: "Roll back",
    text: "Devices get their former key again, as a yet newer version, so that no old message can be sent twice. It cannot be taken up again. A device whose former key has retired keeps the new one.",
  },
};

/** A step of a person: with a reason, which stays in the record. */
export function SteerDialog({ rotation, step, onClose }: { rotation: RotationDetail; step: RotationStep; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const steer = useMutation({
    mutationFn: () => steerRotation(fleet.id, rotation.id, step, reason.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "keys"] });
      onClose();
    },
  });
  const { title, submit, text } = WORDS[step];
  return (
    <Dialog onClose={onClose} title={title} closeOnClickOutside={!steer.isPending}>
      <FormFrame
        submitLabel={submit}
        busy={steer.isPending}
        error={steer.error}
        onSubmit={(event) => {
          event.preventDefault();
          steer.mutate();
        }}
        onCancel={onClose}
      >
        <p>{text}</p>
        <TextInput
          label="Reason"
          required
          maxLength={200}
          autoComplete="off"
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </FormFrame>
    </Dialog>
  );
}
