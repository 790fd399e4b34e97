"use client";

import { Autocomplete, NumberInput, Select, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { Dialog } from "@/components/ui/dialog";
import { FieldPair, FormFrame } from "@/components/ui/form-frame";
import { addDevice } from "@/lib/client/commands/devices";
import { fieldErrors } from "@/lib/client/field-errors";
import { profilesQuery, sitesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";
import { CredentialsDialog } from "./credentials-dialog";
import { type DeviceForm, deviceFormSchema } from "./device-form-schema";

/** A name is enough. The answer is the device's identity and its first token, shown once. */
export function AddDeviceDialog({ onClose }: { onClose: () => void }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const sites = useQuery(sitesQuery(fleet.id));
  const profiles = useQuery(profilesQuery(fleet.id));
  const form = useForm<DeviceForm>({
    mode: "uncontrolled",
    initialValues: { name: "", site: "", profile: "", gateway: "", tokenDays: 90 },
    validate: schemaResolver(deviceFormSchema, { sync: true }),
  });
  const add = useMutation({
    mutationFn: ({ name, site, profile, gateway, tokenDays }: DeviceForm) =>
      addDevice(fleet.id, { name, site: site.trim() || undefined, profile: profile || undefined, gateway: gateway.trim() || undefined, tokenDays }),
    onSuccess: () => client.invalidateQueries({ queryKey: [fleet.id] }),
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  if (add.data) return <CredentialsDialog title={`${add.data.name} is registered`} credentials={add.data} onClose={onClose} />;
  const names = profiles.data?.items.map(({ name }) => name) ?? [];
  return (
    <Dialog onClose={onClose} title="Add a device" closeOnClickOutside={!add.isPending}>
      <FormFrame
        submitLabel="Add and show its token"
        busy={add.isPending}
        error={Object.keys(form.errors).length > 0 ? null : add.error}
        onSubmit={form.onSubmit((values) => add.mutate(values))}
        onCancel={onClose}
      >
        {can("claims:write") ? (
          <p>
            The device can get its token by itself, with keys that it makes: <Link href="/claims?new=true">make a claim code</Link>. Here you get a token to put
            on it.
          </p>
        ) : null}
        <TextInput label="Name" placeholder="pump-7f3a" autoComplete="off" data-autofocus key={form.key("name")} {...form.getInputProps("name")} />
        <Autocomplete
          label="Site"
          description="Optional. A new name makes a new site."
          data={sites.data?.items.map(({ name }) => name) ?? []}
          key={form.key("site")}
          {...form.getInputProps("site")}
        />
        <TextInput
          label="Gateway"
          description="Optional. Name of the device that it reaches us through."
          autoComplete="off"
          key={form.key("gateway")}
          {...form.getInputProps("gateway")}
        />
        <FieldPair>
          {names.length > 1 ? (
            <Select label="Profile" placeholder={names[0]} data={names} key={form.key("profile")} {...form.getInputProps("profile")} />
          ) : null}
          <NumberInput label="Token ends after, days" min={1} max={365} key={form.key("tokenDays")} {...form.getInputProps("tokenDays")} />
        </FieldPair>
      </FormFrame>
    </Dialog>
  );
}
