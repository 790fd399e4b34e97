"use client";

import { NumberInput, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { Note } from "@/components/ui/note";
import { addProfile, setProfileReporting } from "@/lib/client/commands/profiles";
import { fieldErrors } from "@/lib/client/field-errors";
import { useSession } from "@/lib/client/session";
import { deviceNameSchema } from "@/lib/domain/devices/device-view";
import { type ProfileView, profileReportingShape } from "@/lib/domain/devices/site-view";

/** An empty number field holds an empty text. */
const formSchema = z.object({
  name: deviceNameSchema,
  reportingIntervalSeconds: profileReportingShape.reportingIntervalSeconds,
  sleepSeconds: z.union([z.literal(""), profileReportingShape.sleepSeconds]),
});
type Form = z.input<typeof formSchema>;

/** Makes a profile, or changes how often its devices report and how long they sleep. */
export function ProfileDialog({ profile, onClose }: { profile: ProfileView | undefined; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const form = useForm<Form>({
    mode: "uncontrolled",
    initialValues: {
      name: profile?.name ?? "",
      reportingIntervalSeconds: profile?.reportingIntervalSeconds ?? 60,
      sleepSeconds: profile?.sleepSeconds ?? "",
    },
    validate: schemaResolver(formSchema, { sync: true }),
  });
  const save = useMutation({
    mutationFn: ({ name, reportingIntervalSeconds, sleepSeconds }: Form) => {
      const reporting = { reportingIntervalSeconds, sleepSeconds: sleepSeconds === "" ? null : sleepSeconds };
      return profile ? setProfileReporting(fleet.id, { profileId: profile.id, ...reporting }) : addProfile(fleet.id, { name, ...reporting });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id] });
      onClose();
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Dialog onClose={onClose} title={profile ? `Edit ${profile.name}` : "Add a profile"} closeOnClickOutside={false}>
      <FormFrame
        submitLabel={profile ? "Save" : "Add"}
        busy={save.isPending}
        error={Object.keys(form.errors).length > 0 ? null : save.error}
        onSubmit={form.onSubmit((values) => save.mutate(values))}
        onCancel={onClose}
      >
        {profile ? null : <TextInput label="Name" autoComplete="off" data-autofocus key={form.key("name")} {...form.getInputProps("name")} />}
        <NumberInput
          label="Reports every, seconds"
          description="While it is connected. It is silent when nothing came for 2.5 times that."
          min={1}
          max={86_400}
          key={form.key("reportingIntervalSeconds")}
          {...form.getInputProps("reportingIntervalSeconds")}
        />
        <NumberInput
          label="Sleeps for up to, seconds"
          description="After a goodbye it is asleep for so long, and offline if it is not back then. Empty: it does not sleep."
          min={10}
          max={30 * 86_400}
          key={form.key("sleepSeconds")}
          {...form.getInputProps("sleepSeconds")}
        />
        {profile && profile.devices > 0 ? (
          <Note tone="warn" mark="info">
            It holds for {profile.devices === 1 ? "its device" : `all ${profile.devices.toLocaleString("en")} devices`} within seconds. Without a plan, who is
            asleep now becomes offline.
          </Note>
        ) : null}
      </FormFrame>
    </Dialog>
  );
}
