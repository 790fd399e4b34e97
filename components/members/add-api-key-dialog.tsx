"use client";

import { Select, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { FieldPair, FormFrame } from "@/components/ui/form-frame";
import { SecretOnce } from "@/components/ui/secret-once";
import { createApiKey } from "@/lib/client/commands/api-keys";
import { fieldErrors } from "@/lib/client/field-errors";
import { apiKeysQuery } from "@/lib/client/queries/members";
import { useSession } from "@/lib/client/session";
import { roleSchema } from "@/lib/domain/members/member-view";
import type { Role } from "@/lib/domain/members/permissions";
import { personNameSchema } from "@/lib/domain/members/setup-view";
import { ROLE_OPTIONS, ROLE_WORDS } from "./role-words";

const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "a year" },
  { value: "", label: "no end" },
];
const formSchema = z.object({ name: personNameSchema, role: roleSchema, days: z.string() });

export function AddApiKeyDialog({ onClose }: { onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const form = useForm<{ name: string; role: Role; days: string }>({
    initialValues: { name: "", role: "viewer", days: "90" },
    validate: schemaResolver(formSchema, { sync: true }),
  });
  const create = useMutation({
    mutationFn: ({ name, role, days }: z.output<typeof formSchema>) => createApiKey(fleet.id, { name, role, days: days === "" ? null : Number(days) }),
    onSuccess: () => client.invalidateQueries({ queryKey: apiKeysQuery(fleet.id).queryKey }),
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  if (create.data)
    return (
      <SecretOnce
        title={`The key ${form.values.name}`}
        what={`Whoever has it acts as ${form.values.role} of ${fleet.name}.`}
        secret={create.data.key}
        file={{ name: "sallyport-api-key.txt" }}
        onClose={onClose}
      >
        <CodeBlock label="Try it" code={`curl -H 'Authorization: Bearer ${create.data.key}' ${location.origin}/api/v1/devices`} />
      </SecretOnce>
    );
  return (
    <Dialog onClose={onClose} title="Make an API key" closeOnClickOutside={!create.isPending}>
      <FormFrame
        submitLabel="Make it and show it once"
        busy={create.isPending}
        error={Object.keys(form.errors).length > 0 ? null : create.error}
        onSubmit={form.onSubmit((values) => create.mutate(values))}
        onCancel={onClose}
      >
        <TextInput label="Name" description="The program that will use it." autoComplete="off" data-autofocus {...form.getInputProps("name")} />
        <FieldPair>
          <Select label="Role" description={ROLE_WORDS[form.values.role]} data={ROLE_OPTIONS} {...form.getInputProps("role")} />
          <Select label="Ends after" description="Sooner is safer." data={LIFETIMES} {...form.getInputProps("days")} />
        </FieldPair>
      </FormFrame>
    </Dialog>
  );
}
