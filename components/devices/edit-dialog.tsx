"use client";

import { Autocomplete, Select, Textarea, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { changeDevice } from "@/lib/client/commands/devices";
import { fieldErrors } from "@/lib/client/field-errors";
import { profilesQuery, sitesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";
import { type DeviceDetail, deviceNameSchema } from "@/lib/domain/devices/device-view";

const formSchema = z.object({
  name: deviceNameSchema,
  site: z.union([z.literal(""), deviceNameSchema]),
  profile: z.string(),
  gateway: z.union([z.literal(""), deviceNameSchema]),
  firmware: z.string().trim().max(64, "At most 64 characters."),
  note: z.string().max(2_000, "At most 2,000 characters."),
});

/** What people say about a device. Its identity and its tokens stay. */
export function EditDialog({ device, onClose }: { device: DeviceDetail; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const sites = useQuery(sitesQuery(fleet.id));
  const profiles = useQuery(profilesQuery(fleet.id));
  const form = useForm({
    mode: "uncontrolled",
    initialValues: {
      name: device.name,
      site: device.site?.name ?? "",
      profile: device.profile.name,
      gateway: device.gateway?.name ?? "",
      firmware: device.firmware ?? "",
      note: device.note,
    },
    validate: schemaResolver(formSchema, { sync: true }),
  });
  const save = useMutation({
    mutationFn: ({ name, site, profile, gateway, firmware, note }: z.output<typeof formSchema>) =>
      changeDevice(fleet.id, { deviceId: device.id, name, site: site || null, profile, gateway: gateway || null, firmware: firmware || null, note }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id] });
      onClose();
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Dialog onClose={onClose} title={`Edit ${device.name}`} closeOnClickOutside={false}>
      <FormFrame
        submitLabel="Save"
        busy={save.isPending}
        error={Object.keys(form.errors).length > 0 ? null : save.error}
        onSubmit={form.onSubmit((values) => save.mutate(values))}
        onCancel={onClose}
      >
        <TextInput label="Name" autoComplete="off" data-autofocus key={form.key("name")} {...form.getInputProps("name")} />
        <Autocomplete
          label="Site"
          description="Empty for none. A new name makes a new site."
          data={sites.data?.items.map(({ name }) => name) ?? []}
          key={form.key("site")}
          {...form.getInputProps("site")}
        />
        <Select
          label="Profile"
          data={profiles.data?.items.map(({ name }) => name) ?? [device.profile.name]}
          key={form.key("profile")}
          {...form.getInputProps("profile")}
        />
        <TextInput
          label="Gateway"
          description="Name of the device that it reaches us through. Empty for none."
          autoComplete="off"
          key={form.key("gateway")}
          {...form.getInputProps("gateway")}
        />
        <TextInput
          label="Firmware"
          description="The version that runs on it. A change is on its timeline."
          autoComplete="off"
          key={form.key("firmware")}
          {...form.getInputProps("firmware")}
        />
        <Textarea
          label="Note"
          description="For whoever looks at it next."
          autosize
          minRows={2}
          maxRows={8}
          key={form.key("note")}
          {...form.getInputProps("note")}
        />
      </FormFrame>
    </Dialog>
  );
}
