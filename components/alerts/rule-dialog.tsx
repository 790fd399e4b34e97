"use client";

import { NumberInput, Select, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Dialog } from "@/components/ui/dialog";
import { FieldPair, FormFrame } from "@/components/ui/form-frame";
import { saveAlertRule } from "@/lib/client/commands/alerts";
import { fieldErrors } from "@/lib/client/field-errors";
import { profilesQuery, sitesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";
import type { AlertRuleView } from "@/lib/domain/alerts/alert-view";
import { emptyRule, formOfRule, inputOfForm, type RuleForm, ruleFormSchema } from "./rule-form";

const SEVERITY_OPTIONS = [
  { value: "info", label: "Information" },
  { value: "warning", label: "Warning" },
  { value: "critical", label: "Critical" },
];

const KIND_OPTIONS = [
  { value: "threshold", label: "A value above or below a threshold" },
  { value: "offline", label: "A device that is offline" },
  { value: "leak", label: "A device that sends in the open where encryption is required" },
  { value: "posture", label: "Something listens, connects or jumps that should not" },
];

const PLACEHOLDERS: Record<RuleForm["kind"], string> = {
  threshold: "Cold store too warm",
  offline: "Device offline",
  leak: "Sent in the open",
  posture: "Not zero inbound",
};

/** Makes a rule or changes one. Changing its condition ends the alerts of the old one. */
export function RuleDialog({ rule, onClose }: { rule: AlertRuleView | undefined; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const sites = useQuery(sitesQuery(fleet.id));
  const profiles = useQuery(profilesQuery(fleet.id));
  const form = useForm<RuleForm>({ initialValues: rule ? formOfRule(rule) : emptyRule, validate: schemaResolver(ruleFormSchema, { sync: true }) });
  const save = useMutation({
    mutationFn: (values: RuleForm) => saveAlertRule(fleet.id, rule?.id, { ...inputOfForm(values), ...(rule ? { enabled: rule.enabled } : {}) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id] });
      onClose();
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  const threshold = form.values.kind === "threshold";
  const choices = (everything: string, items: readonly { id: string; name: string }[] | undefined) => [
    { value: "", label: everything },
    ...(items ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <Dialog onClose={onClose} title={rule ? `Edit ${rule.name}` : "Add a rule"} closeOnClickOutside={false}>
      <FormFrame
        submitLabel={rule ? "Save" : "Add the rule"}
        busy={save.isPending}
        error={Object.keys(form.errors).length > 0 ? null : save.error}
        onSubmit={form.onSubmit((values) => save.mutate(values))}
        onCancel={onClose}
      >
        {rule ? null : <Select label="Watch for" allowDeselect={false} data={KIND_OPTIONS} {...form.getInputProps("kind")} />}
        <TextInput label="Name" placeholder={PLACEHOLDERS[form.values.kind]} data-autofocus {...form.getInputProps("name")} />
        {threshold ? (
          <FieldPair>
            <TextInput label="Metric" placeholder="temperature" spellCheck={false} autoComplete="off" {...form.getInputProps("metric")} />
            <Select
              label="is"
              data={[
                { value: "above", label: "above" },
                { value: "below", label: "below" },
              ]}
              {...form.getInputProps("comparison")}
            />
            <NumberInput label="Threshold" hideControls {...form.getInputProps("threshold")} />
          </FieldPair>
        ) : null}
        <FieldPair>
          <NumberInput label="Held for, seconds" min={0} max={86_400} {...form.getInputProps("holdSeconds")} />
          <Select label="Severity" data={SEVERITY_OPTIONS} {...form.getInputProps("severity")} />
        </FieldPair>
        <FieldPair>
          <Select label="At site" data={choices("every site", sites.data?.items)} {...form.getInputProps("siteId")} />
          <Select label="Of profile" data={choices("every profile", profiles.data?.items)} {...form.getInputProps("profileId")} />
        </FieldPair>
      </FormFrame>
    </Dialog>
  );
}
