"use client";

import { Button, Checkbox, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { FieldPair } from "@/components/ui/form-frame";
import classes from "./commands.module.css";
import { PARAMETER_KINDS, type ParameterDraft, type ParameterKind } from "./definition-draft";

interface ParameterEditorProps {
  parameter: ParameterDraft;
  number: number;
  problem: (field: string) => string | undefined;
  onChange: (change: Partial<ParameterDraft>) => void;
  onRemove: () => void;
}

const KINDS = Object.entries(PARAMETER_KINDS).map(([value, label]) => ({ value, label }));

/** One parameter of a command: what it is called, and what may stand in it. */
export function ParameterEditor({ parameter, number, problem, onChange, onRemove }: ParameterEditorProps) {
  const { kind, name, title, required } = parameter;
  return (
    <fieldset className={classes.parameter}>
      <legend>Parameter {number}</legend>
      <FieldPair>
        <TextInput
          label="Parameter name"
          value={name}
          error={problem("name")}
          autoComplete="off"
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <TextInput
          label="Parameter title"
          value={title}
          error={problem("title")}
          autoComplete="off"
          onChange={(event) => onChange({ title: event.currentTarget.value })}
        />
      </FieldPair>
      <Select
        label="Kind"
        data={KINDS}
        value={kind}
        allowDeselect={false}
        onChange={(next) => onChange({ kind: (next ?? kind) as ParameterKind, fallback: undefined })}
      />
      <Bounds parameter={parameter} problem={problem} onChange={onChange} />
      <div className={classes.row}>
        <Checkbox label="Needed" checked={required} onChange={(event) => onChange({ required: event.currentTarget.checked })} />
        <Button size="xs" data-tone="danger" onClick={onRemove} aria-label={`Remove parameter ${number}`}>
          Remove
        </Button>
      </div>
    </fieldset>
  );
}

function Bounds({ parameter, problem, onChange }: Pick<ParameterEditorProps, "parameter" | "problem" | "onChange">) {
  const { kind, min, max, unit, whole, maxLength, choices } = parameter;
  const asNumber = (value: string | number) => (typeof value === "number" ? value : "");
  if (kind === "number")
    return (
      <>
        <FieldPair>
          <NumberInput label="Lowest" value={min} error={problem("min")} onChange={(value) => onChange({ min: asNumber(value) })} />
          <NumberInput label="Highest" value={max} error={problem("max")} onChange={(value) => onChange({ max: asNumber(value) })} />
          <TextInput label="Unit" value={unit} maxLength={20} autoComplete="off" onChange={(event) => onChange({ unit: event.currentTarget.value })} />
        </FieldPair>
        <Checkbox label="Whole numbers only" checked={whole} onChange={(event) => onChange({ whole: event.currentTarget.checked })} />
      </>
    );
  if (kind === "text")
    return (
      <NumberInput
        label="Characters at most"
        min={1}
        max={1_000}
        value={maxLength}
        error={problem("maxLength")}
        onChange={(value) => onChange({ maxLength: asNumber(value) })}
      />
    );
  if (kind === "boolean") return null;
  return (
    <Textarea
      label="Choices, one a line"
      autosize
      minRows={2}
      value={choices}
      error={problem("choices")}
      onChange={(event) => onChange({ choices: event.currentTarget.value })}
    />
  );
}
