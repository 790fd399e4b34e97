"use client";

import { NumberInput, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { Dialog } from "@/components/ui/dialog";
import { FieldPair, FormFrame } from "@/components/ui/form-frame";
import { changeSite } from "@/lib/client/commands/sites";
import { fieldErrors } from "@/lib/client/field-errors";
import { useSession } from "@/lib/client/session";
import { deviceNameSchema } from "@/lib/domain/devices/device-view";
import { latitudeSchema, longitudeSchema } from "@/lib/domain/devices/site-places";
import type { MapSite } from "@/lib/domain/fleets/site-map-view";

/** An empty number field holds an empty text. */
const formSchema = z
  .object({ name: deviceNameSchema, latitude: z.union([z.literal(""), latitudeSchema]), longitude: z.union([z.literal(""), longitudeSchema]) })
  .refine(({ latitude, longitude }) => (latitude === "") === (longitude === ""), { message: "Both, or neither.", path: ["longitude"] });
type Form = z.input<typeof formSchema>;

/** A site's name and place. Both numbers empty: it has no place. */
export function SiteDialog({ site, onClose }: { site: MapSite; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const form = useForm<Form>({
    mode: "uncontrolled",
    initialValues: { name: site.name, latitude: site.latitude ?? "", longitude: site.longitude ?? "" },
    validate: schemaResolver(formSchema, { sync: true }),
  });
  const save = useMutation({
    mutationFn: ({ name, latitude, longitude }: Form) =>
      changeSite(fleet.id, { siteId: site.id, name, latitude: latitude === "" ? null : latitude, longitude: longitude === "" ? null : longitude }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id] });
      onClose();
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Dialog onClose={onClose} title={`Edit ${site.name}`} closeOnClickOutside={false}>
      <FormFrame
        submitLabel="Save"
        busy={save.isPending}
        error={Object.keys(form.errors).length > 0 ? null : save.error}
        onSubmit={form.onSubmit((values) => save.mutate(values))}
        onCancel={onClose}
      >
        <TextInput label="Name" autoComplete="off" key={form.key("name")} {...form.getInputProps("name")} />
        <FieldPair>
          <NumberInput
            label="Latitude"
            description="Degrees, north is positive"
            hideControls
            decimalScale={6}
            data-autofocus
            key={form.key("latitude")}
            {...form.getInputProps("latitude")}
          />
          <NumberInput
            label="Longitude"
            description="Degrees, east is positive"
            hideControls
            decimalScale={6}
            key={form.key("longitude")}
            {...form.getInputProps("longitude")}
          />
        </FieldPair>
      </FormFrame>
    </Dialog>
  );
}
