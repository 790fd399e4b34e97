"use client";

import { NumberInput, Switch, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { z } from "zod";
import { Dialog } from "@/components/ui/dialog";
import { FieldPair, FormFrame } from "@/components/ui/form-frame";
import { rotateKeys } from "@/lib/client/commands/keys";
import { fieldErrors } from "@/lib/client/field-errors";
import { useSession } from "@/lib/client/session";

const formSchema = z.object({
  query: z.string().max(2_000),
  reason: z.string().trim().min(1, "Why? It stays in the record.").max(200),
  inWaves: z.boolean(),
  canaryCount: z.number({ error: "A number of devices." }).int().min(0).max(1_000),
  wavePercent: z.number({ error: "1 to 100." }).int().min(1).max(100),
  soakMinutes: z.number({ error: "A number of minutes." }).min(0).max(1_440),
  abortPercent: z.number({ error: "0 to 100." }).int().min(0).max(100),
  overlapDays: z.number({ error: "A number of days." }).min(0).max(35, "At most 35 days."),
});

interface RotateDialogProps {
  device?: { id: string; name: string };
  /** What its field begins with. */
  query?: string;
  /** Waited for before the rotation's page is opened: an address that is still changing would take that back. */
  onClose: () => unknown;
}

/** Without a device: those that match a query, or the whole fleet. */
export function RotateDialog({ device, query: asked = "", onClose }: RotateDialogProps) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const router = useRouter();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: {
      query: asked,
      reason: "",
      inWaves: device === undefined,
      canaryCount: 5,
      wavePercent: 25,
      soakMinutes: 5,
      abortPercent: 10,
      overlapDays: 7,
    },
    validate: schemaResolver(formSchema, { sync: true }),
  });
  const [inWaves, setInWaves] = useState(device === undefined);
  form.watch("inWaves", ({ value }) => setInWaves(value));
  const rotate = useMutation({
    mutationFn: ({ query, reason, overlapDays, soakMinutes, canaryCount, wavePercent, abortPercent }: z.output<typeof formSchema>) =>
      rotateKeys(fleet.id, {
        ...(device ? { deviceId: device.id } : query.trim() === "" ? {} : { query: query.trim() }),
        reason,
        ...(inWaves ? { canaryCount, wavePercent, abortPercent, soakSeconds: Math.round(soakMinutes * 60) } : {}),
        overlapSeconds: Math.round(overlapDays * 86_400),
      }),
    onSuccess: async ({ rotationId }) => {
      await client.invalidateQueries({ queryKey: [fleet.id, "keys"] });
      // The address is settled before the next one is asked for.
      await onClose();
      if (!device) router.push(`/keys/rotations/${rotationId}`);
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Dialog onClose={onClose} title={device ? `Rotate the key of ${device.name}` : "Rotate keys"} closeOnClickOutside={!rotate.isPending}>
      <FormFrame
        submitLabel={device ? "Rotate its key now" : inWaves ? "Begin the rotation" : "Rotate now"}
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
        {device ? null : <Switch label="In waves" {...form.getInputProps("inWaves", { type: "checkbox" })} key={form.key("inWaves")} />}
        {inWaves ? (
          <>
            <FieldPair>
              <NumberInput
                label="Canary, devices"
                description="Go first, alone. Those that are connected are chosen."
                min={0}
                max={1_000}
                key={form.key("canaryCount")}
                {...form.getInputProps("canaryCount")}
              />
              <NumberInput
                label="Each wave, %"
                description="Of the others. The next begins when this one is done."
                min={1}
                max={100}
                key={form.key("wavePercent")}
                {...form.getInputProps("wavePercent")}
              />
            </FieldPair>
            <FieldPair>
              <NumberInput
                label="Watch each wave, minutes"
                description="Before the next may begin."
                min={0}
                max={1_440}
                key={form.key("soakMinutes")}
                {...form.getInputProps("soakMinutes")}
              />
              <NumberInput
                label="Halt when more than, % fail"
                description="100: never."
                min={0}
                max={100}
                key={form.key("abortPercent")}
                {...form.getInputProps("abortPercent")}
              />
            </FieldPair>
          </>
        ) : null}
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
