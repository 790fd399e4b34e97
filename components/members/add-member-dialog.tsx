"use client";

import { Button, Select, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { SecretOnce } from "@/components/ui/secret-once";
import { Time } from "@/components/ui/time/time";
import { addMember } from "@/lib/client/commands/members";
import { fieldErrors } from "@/lib/client/field-errors";
import { membersQuery } from "@/lib/client/queries/members";
import { useSession } from "@/lib/client/session";
import { type AddedMember, addMemberInputSchema } from "@/lib/domain/members/member-input";
import type { Role } from "@/lib/domain/members/permissions";
import { ROLE_OPTIONS, ROLE_WORDS } from "./role-words";

/** Adds a person. Somebody new gets a one-time link, shown here once: we send no mail. */
export function AddMemberDialog({ onClose }: { onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const form = useForm<{ email: string; role: Role }>({
    initialValues: { email: "", role: "viewer" },
    validate: schemaResolver(addMemberInputSchema, { sync: true }),
  });
  const add = useMutation({
    mutationFn: (values: { email: string; role: Role }) => addMember(fleet.id, values),
    onSuccess: () => client.invalidateQueries({ queryKey: membersQuery(fleet.id).queryKey }),
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  if (add.data) return <Added added={add.data} onClose={onClose} />;
  return (
    <Dialog onClose={onClose} title="Add a person" closeOnClickOutside={!add.isPending}>
      <FormFrame
        submitLabel="Add"
        busy={add.isPending}
        error={Object.keys(form.errors).length > 0 ? null : add.error}
        onSubmit={form.onSubmit((values) => add.mutate(values))}
        onCancel={onClose}
      >
        <TextInput label="E-mail" type="email" autoComplete="off" data-autofocus {...form.getInputProps("email")} />
        <Select label="Role" description={ROLE_WORDS[form.values.role]} data={ROLE_OPTIONS} {...form.getInputProps("role")} />
      </FormFrame>
    </Dialog>
  );
}

function Added({ added: { member, setupUrl, setupExpiresAt }, onClose }: { added: AddedMember; onClose: () => void }) {
  if (setupUrl === null)
    return (
      <Dialog onClose={onClose} title={`${member.email} was added`}>
        <p>That person has an account here already and signs in as before.</p>
        <Button mt="md" variant="filled" onClick={onClose}>
          Done
        </Button>
      </Dialog>
    );
  return (
    <SecretOnce
      title={`${member.email} was added as ${member.role}`}
      what={
        <>
          Give them this link on a way you trust: whoever opens it first chooses the password.{" "}
          {setupExpiresAt ? (
            <>
              It ends <Time at={setupExpiresAt} />.
            </>
          ) : null}
        </>
      }
      secret={setupUrl}
      file={{ name: "sallyport-invitation.txt" }}
      onClose={onClose}
    />
  );
}
