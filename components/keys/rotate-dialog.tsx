"use client";

import { NumberInput, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { rotateKeys } from "@/lib/client/commands/keys";
import { fieldErrors } from "@/lib/client/field-errors";
import { useSession } from "@/lib/client/session";

const formSchema = z.object({
  query: z.string().max(2_000),
  reason: z.string().trim().min(1, "Why? It stays in the record.").max(200),
  overlapDays: z.number({ error: "A number of days." }).min(0).max(35, "At most 35 days."),
});

/** Without a device: those that match a query, or the whole fleet. */
export function RotateDialog({ device, onClose }: { device?: { id: string; name: string }; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { query: "", reason: "", overlapDays: 7 },
    validate: schemaResolver(formSchema, { sync: true }),
  });
  const rotate = useMutation({
    mutationFn: ({ query, reason, overlapDays }: z.output<typeof formSchema>) =>
      rotateKeys(fleet.id, {
        ...(device ? { deviceId: device.id } : query.trim() === "" ? {} : { query: query.trim() }),
        reason,
        overlapSeconds: Math.round(overlapDays * 86_400),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "keys"] });
      onClose();
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Dialog onClose={onClose} title={device ? `Rotate the key of ${device.name}` : "Rotate keys"} closeOnClickOutside={!rotate.isPending}>
      <FormFrame
        submitLabel={device ? "Rotate its key now" : "Rotate now"}
        busy={rotate.isPending}
        error={Object.keys(form.errors).length > 0 ? null : rotate.error}
        onSubmit={form.onSubmit((values) => rotate.mutate(values))}
        onCancel={onClose}
      >
        <p>Devices get a new key and use it as soon as they have it. One that is away gets it when it is back, and until then its old key stays good.</p>
        {device ? null : (
          <TextInput
            label="Which devices"
            description={'A query, such as site:"Berlin 3". Empty: the whole fleet.'}
            autoComplete="off"
            data-autofocus
            key={form.key("query")}
            {...form.getInputProps("query")}
          />
        )}
        <TextInput label="Reason" autoComplete="off" data-autofocus={device ? true : undefined} key={form.key("reason")} {...form.getInputProps("reason")} />
        <NumberInput
          label="Overlap, days"
          description="How long the old key is taken at most, once the new one is in use. It retires earlier when it is not seen for an hour."
          min={0}
          max={35}
          key={form.key("overlapDays")}
          {...form.getInputProps("overlapDays")}
        />
      </FormFrame>
    </Dialog>
  );
}
