"use client";

import { Checkbox, NumberInput, Select, TextInput } from "@mantine/core";
import type { CommandParameter } from "@/lib/domain/commands/definition";
import type { ParameterValue } from "@/lib/protocol/command";

interface ParameterFieldProps {
  parameter: CommandParameter;
  value: ParameterValue | undefined;
  error: string | undefined;
  onChange: (value: ParameterValue | undefined) => void;
}

/** The field that a parameter's kind asks for. Undefined: left out. */
export function ParameterField({ parameter, value, error, onChange }: ParameterFieldProps) {
  const { title, required } = parameter;
  const common = { label: required ? title : `${title} (optional)`, error };
  switch (parameter.kind) {
    case "number": {
      const { min, max, unit, whole } = parameter;
      return (
        <NumberInput
          {...common}
          description={`${min} to ${max}${unit ? ` ${unit}` : ""}`}
          min={min}
          max={max}
          clampBehavior="none"
          allowDecimal={!whole}
          value={typeof value === "number" ? value : ""}
          onChange={(next) => onChange(typeof next === "number" ? next : undefined)}
        />
      );
    }
    case "text":
      return (
        <TextInput
          {...common}
          autoComplete="off"
          maxLength={parameter.maxLength}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        />
      );
    case "choice":
      return (
        <Select
          {...common}
          placeholder="Choose one"
          data={[...new Set(parameter.choices)]}
          clearable={!required}
          value={typeof value === "string" ? value : null}
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
    case "boolean":
      return <Checkbox label={title} error={error} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
  }
}

/** What the fields hold before anybody touches them. */
export function firstValues(parameters: readonly CommandParameter[]): Record<string, ParameterValue> {
  return Object.fromEntries(
    parameters.flatMap((parameter): [string, ParameterValue][] => {
      if (parameter.fallback !== undefined) return [[parameter.name, parameter.fallback]];
      return parameter.kind === "boolean" && parameter.required ? [[parameter.name, false]] : [];
    }),
  );
}
