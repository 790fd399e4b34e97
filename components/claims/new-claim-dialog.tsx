"use client";

import { Autocomplete, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { z } from "zod";
import { Dialog } from "@/components/ui/dialog";
import { FieldPair, FormFrame } from "@/components/ui/form-frame";
import { createClaim } from "@/lib/client/commands/claims";
import { fieldErrors } from "@/lib/client/field-errors";
import { keepCode } from "@/lib/client/queries/claims";
import { profilesQuery, sitesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";
import { CLAIM_APPROVALS } from "@/lib/domain/claims/admission";
import { APPROVAL_WORDS } from "./claim-words";

const formSchema = z.object({
  name: z.string().trim().min(1, "A name is needed.").max(60),
  site: z.string().max(80),
  profile: z.string(),
  uses: z.number({ error: "A number of devices." }).int().min(1).max(100_000),
  hours: z.number({ error: "A number of hours." }).min(1).max(8_760, "At most a year."),
  approval: z.enum(CLAIM_APPROVALS),
  serials: z.string(),
});

/** One code, for one device or for many. Its page shows it, once. */
export function NewClaimDialog({ onClose }: { onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const router = useRouter();
  const sites = useQuery(sitesQuery(fleet.id));
  const profiles = useQuery(profilesQuery(fleet.id));
  const form = useForm<z.input<typeof formSchema>>({
    mode: "uncontrolled",
    initialValues: { name: "", site: "", profile: "", uses: 1, hours: 24, approval: "auto", serials: "" },
    validate: schemaResolver(formSchema, { sync: true }),
  });
  const create = useMutation({
    mutationFn: ({ name, site, profile, uses, hours, approval, serials }: z.output<typeof formSchema>) =>
      createClaim(fleet.id, {
        name,
        uses,
        approval,
        minutes: Math.round(hours * 60),
        serials: serials.split(/\s+/).filter(Boolean),
        ...(site.trim() ? { site: site.trim() } : {}),
        ...(profile ? { profile } : {}),
      }),
    onSuccess: ({ claim, ...known }) => {
      keepCode(client, claim.id, known);
      router.push(`/claims/${claim.id}`);
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  const names = profiles.data?.items.map(({ name }) => name) ?? [];
  return (
    <Dialog onClose={onClose} title="New claim code" closeOnClickOutside={!create.isPending}>
      <FormFrame
        submitLabel="Make it and show the code"
        busy={create.isPending || create.isSuccess}
        error={Object.keys(form.errors).length > 0 ? null : create.error}
        onSubmit={form.onSubmit((values) => create.mutate(values))}
        onCancel={onClose}
      >
        <TextInput
          label="Name"
          description="Of the device, or of the batch. A device that brings no name is named after it."
          placeholder="pump-7f3a"
          autoComplete="off"
          data-autofocus
          key={form.key("name")}
          {...form.getInputProps("name")}
        />
        <FieldPair>
          <NumberInput label="Devices that may use it" min={1} max={100_000} key={form.key("uses")} {...form.getInputProps("uses")} />
          <NumberInput label="Expires after, hours" min={1} max={8_760} key={form.key("hours")} {...form.getInputProps("hours")} />
        </FieldPair>
        <FieldPair>
          <Autocomplete
            label="Site"
            description="Optional. A new name makes a new site."
            data={sites.data?.items.map(({ name }) => name) ?? []}
            key={form.key("site")}
            {...form.getInputProps("site")}
          />
          {names.length > 1 ? (
            <Select
              label="Profile"
              description="How often its devices report, and whether sealed."
              placeholder={names[0]}
              data={names}
              key={form.key("profile")}
              {...form.getInputProps("profile")}
            />
          ) : null}
        </FieldPair>
        <Select
          label="Who gets in"
          description="A known serial number with a new key always waits for a person."
          data={CLAIM_APPROVALS.map((value) => ({ value, label: APPROVAL_WORDS[value] }))}
          allowDeselect={false}
          key={form.key("approval")}
          {...form.getInputProps("approval")}
        />
        <Textarea
          label="Serial numbers"
          description="Optional, one a line: only these."
          autosize
          minRows={2}
          maxRows={6}
          key={form.key("serials")}
          {...form.getInputProps("serials")}
        />
      </FormFrame>
    </Dialog>
  );
}
