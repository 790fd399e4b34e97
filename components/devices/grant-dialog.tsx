"use client";

import { NumberInput, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { grantDeviceToken } from "@/lib/client/commands/tokens";
import { fieldErrors } from "@/lib/client/field-errors";
import { useSession } from "@/lib/client/session";
import { CredentialsDialog } from "./credentials-dialog";

const formSchema = z.object({
  label: z.string().max(80),
  ttlDays: z.number({ error: "A number of days." }).int().min(1, "At least one day.").max(365, "At most 365 days."),
});

/** A further token for a device. The old ones stay valid: revoke them when the device uses the new one. */
export function GrantDialog({ device, onClose }: { device: { id: string; name: string }; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const form = useForm({ mode: "uncontrolled", initialValues: { label: "", ttlDays: 90 }, validate: schemaResolver(formSchema, { sync: true }) });
  const grant = useMutation({
    mutationFn: (values: z.output<typeof formSchema>) => grantDeviceToken(fleet.id, device.id, values),
    onSuccess: () => client.invalidateQueries({ queryKey: [fleet.id, "tokens"] }),
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  if (grant.data) return <CredentialsDialog title={`A new token for ${device.name}`} credentials={grant.data} onClose={onClose} />;
  return (
    <Dialog onClose={onClose} title={`Grant ${device.name} a token`} closeOnClickOutside={!grant.isPending}>
      <FormFrame
        submitLabel="Grant and show it once"
        busy={grant.isPending}
        error={Object.keys(form.errors).length > 0 ? null : grant.error}
        onSubmit={form.onSubmit((values) => grant.mutate(values))}
        onCancel={onClose}
      >
        <p>It may publish as this device and read what is sent to it, from any address, until it ends. Tokens it has already stay valid.</p>
        <TextInput
          label="Label"
          description="What it is for, to recognise it by."
          autoComplete="off"
          data-autofocus
          key={form.key("label")}
          {...form.getInputProps("label")}
        />
        <NumberInput label="Ends after, days" min={1} max={365} key={form.key("ttlDays")} {...form.getInputProps("ttlDays")} />
      </FormFrame>
    </Dialog>
  );
}
