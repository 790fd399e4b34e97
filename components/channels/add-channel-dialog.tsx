"use client";

import { TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { SecretOnce } from "@/components/ui/secret-once";
import { addChannel } from "@/lib/client/commands/channels";
import { fieldErrors } from "@/lib/client/field-errors";
import { useSession } from "@/lib/client/session";
import { channelInputSchema } from "@/lib/domain/alerts/alert-view";

const VERIFY = `import { Webhook } from "standardwebhooks";

// Throws unless the message came from Sallyport, unchanged and recent.
const message = new Webhook(process.env.SALLYPORT_SECRET).verify(body, headers);`;

export function AddChannelDialog({ onClose }: { onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const form = useForm({ mode: "uncontrolled", initialValues: { name: "", url: "" }, validate: schemaResolver(channelInputSchema, { sync: true }) });
  const add = useMutation({
    mutationFn: (values: { name: string; url: string }) => addChannel(fleet.id, values),
    onSuccess: () => client.invalidateQueries({ queryKey: [fleet.id, "channels"] }),
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  if (add.data)
    return (
      <SecretOnce
        title="The channel's signing secret"
        what="The receiver checks with it that a message came from here."
        secret={add.data.secret}
        file={{ name: "sallyport-webhook-secret.txt" }}
        onClose={onClose}
      >
        <CodeBlock label="Check a message in Node" code={VERIFY} />
      </SecretOnce>
    );
  return (
    <Dialog onClose={onClose} title="Add a webhook" closeOnClickOutside={!add.isPending}>
      <FormFrame
        submitLabel="Add and show its secret"
        busy={add.isPending}
        error={Object.keys(form.errors).length > 0 ? null : add.error}
        onSubmit={form.onSubmit((values) => add.mutate(values))}
        onCancel={onClose}
      >
        <TextInput label="Name" placeholder="On-call chat" autoComplete="off" data-autofocus key={form.key("name")} {...form.getInputProps("name")} />
        <TextInput
          label="Address"
          description="Gets a POST with JSON for each message."
          placeholder="https://hooks.example.com/sallyport"
          type="url"
          spellCheck={false}
          autoComplete="off"
          key={form.key("url")}
          {...form.getInputProps("url")}
        />
      </FormFrame>
    </Dialog>
  );
}
