"use client";

import { Autocomplete, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { z } from "zod";
import { Dialog } from "@/components/ui/dialog";
import { FieldPair, FormFrame } from "@/components/ui/form-frame";
import { createBatch } from "@/lib/client/commands/claim-batches";
import { fieldErrors } from "@/lib/client/field-errors";
import { keepCodes } from "@/lib/client/queries/claim-batches";
import { profilesQuery, sitesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";

const formSchema = z.object({
  name: z.string().trim().min(1, "A name is needed.").max(50),
  count: z.number({ error: "A number of codes." }).int().min(1).max(1_000, "At most 1,000 at once."),
  serials: z.string(),
  days: z.number({ error: "A number of days." }).int().min(1).max(365, "At most a year."),
  site: z.string().max(80),
  profile: z.string(),
  approval: z.enum(["auto", "ask"]),
});

const serialsOf = (text: string) => text.split(/\s+/).filter(Boolean);

/** Many codes of one use each, for labels. Its page has them, once. */
export function NewBatchDialog({ onClose }: { onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const router = useRouter();
  const sites = useQuery(sitesQuery(fleet.id));
  const profiles = useQuery(profilesQuery(fleet.id));
  const form = useForm<z.input<typeof formSchema>>({
    initialValues: { name: "", count: 24, serials: "", days: 90, site: "", profile: "", approval: "auto" },
    validate: schemaResolver(formSchema, { sync: true }),
  });
  const create = useMutation({
    mutationFn: ({ name, count, serials, days, site, profile, approval }: z.output<typeof formSchema>) => {
      const listed = serialsOf(serials);
      return createBatch(fleet.id, {
        name,
        approval,
        minutes: days * 1_440,
        ...(listed.length > 0 ? { serials: listed } : { count }),
        ...(site.trim() ? { site: site.trim() } : {}),
        ...(profile ? { profile } : {}),
      });
    },
    onSuccess: ({ batch, ...known }) => {
      keepCodes(client, batch.id, known);
      router.push(`/claims/batches/${batch.id}`);
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  const listed = serialsOf(form.values.serials).length;
  const names = profiles.data?.items.map(({ name }) => name) ?? [];
  const codes = listed > 0 ? listed : Number(form.values.count) || 0;
  return (
    <Dialog onClose={onClose} title="New batch of labels" closeOnClickOutside={!create.isPending}>
      <FormFrame
        submitLabel={codes === 1 ? "Make 1 code" : `Make ${codes.toLocaleString("en")} codes`}
        busy={create.isPending || create.isSuccess}
        error={Object.keys(form.errors).length > 0 ? null : create.error}
        onSubmit={form.onSubmit((values) => create.mutate(values))}
        onCancel={onClose}
      >
        <TextInput
          label="Name"
          description="Printed on each label, with its number."
          placeholder="Harbour pumps"
          autoComplete="off"
          data-autofocus
          {...form.getInputProps("name")}
        />
        <FieldPair>
          <NumberInput
            label="Codes"
            description={listed > 0 ? "One for each serial number." : "Each lets one device in."}
            min={1}
            max={1_000}
            disabled={listed > 0}
            {...form.getInputProps("count")}
          />
          <NumberInput label="Use by, days from now" description="Printed on each label." min={1} max={365} {...form.getInputProps("days")} />
        </FieldPair>
        <Textarea
          label="Serial numbers"
          description="Optional, one a line: a code for each, which takes that device only."
          autosize
          minRows={2}
          maxRows={6}
          {...form.getInputProps("serials")}
        />
        <FieldPair>
          <Autocomplete
            label="Site"
            description="Optional. A new name makes a new site."
            data={sites.data?.items.map(({ name }) => name) ?? []}
            {...form.getInputProps("site")}
          />
          {names.length > 1 ? (
            <Select label="Profile" description="How often its devices report." placeholder={names[0]} data={names} {...form.getInputProps("profile")} />
          ) : null}
        </FieldPair>
        <Select
          label="Who gets in"
          data={[
            { value: "auto", label: "Whoever has the code" },
            { value: "ask", label: "Everybody waits for a person" },
          ]}
          allowDeselect={false}
          {...form.getInputProps("approval")}
        />
      </FormFrame>
    </Dialog>
  );
}
