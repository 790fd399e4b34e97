"use client";

import { Button, Checkbox, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { FieldPair, FormFrame } from "@/components/ui/form-frame";
import { newId } from "@/lib/base/ids";
import type { CommandDefinition } from "@/lib/domain/commands/definition";
import classes from "./commands.module.css";
import { type DefinitionDraft, definitionOf, draftOf, emptyParameter, type ParameterDraft } from "./definition-draft";
import { ParameterEditor } from "./parameter-editor";

interface DefinitionFormProps {
  /** Undefined: a new one. */
  definition: CommandDefinition | undefined;
  busy: boolean;
  error: { message: string } | null;
  onSave: (definition: CommandDefinition) => void;
  onCancel: () => void;
}

/** One command of the catalogue. */
export function DefinitionForm({ definition, busy, error, onSave, onCancel }: DefinitionFormProps) {
  const [draft, setDraft] = useState<DefinitionDraft>(() => draftOf(definition));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const change = (part: Partial<DefinitionDraft>) => setDraft((before) => ({ ...before, ...part }));
  const changeParameter = (key: string, part: Partial<ParameterDraft>) =>
    change({ parameters: draft.parameters.map((one) => (one.key === key ? { ...one, ...part } : one)) });
  const seconds = (value: string | number) => (typeof value === "number" ? value : 0);
  return (
    <FormFrame
      submitLabel="Save"
      busy={busy}
      error={Object.keys(problems).length > 0 ? { message: "Some fields need another look." } : error}
      onCancel={onCancel}
      onSubmit={(event) => {
        event.preventDefault();
        const drafted = definitionOf(draft);
        setProblems(drafted.ok ? {} : drafted.problems);
        if (drafted.ok) onSave(drafted.definition);
      }}
    >
      <FieldPair>
        <TextInput
          label="Name"
          description="What the device is told"
          value={draft.name}
          error={problems.name}
          autoComplete="off"
          data-autofocus
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <TextInput
          label="Title"
          description="What people read"
          value={draft.title}
          error={problems.title}
          autoComplete="off"
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
      </FieldPair>
      <FieldPair>
        <NumberInput
          label="Expires after, seconds"
          description="Until when it may begin"
          value={draft.expirySeconds}
          error={problems.expirySeconds}
          onChange={(value) => change({ expirySeconds: seconds(value) })}
        />
        <NumberInput
          label="Times out after, seconds"
          description="From delivery to its end"
          value={draft.timeoutSeconds}
          error={problems.timeoutSeconds}
          onChange={(value) => change({ timeoutSeconds: seconds(value) })}
        />
      </FieldPair>
      <Checkbox label="It waits for devices that are away" checked={draft.queue} onChange={(event) => change({ queue: event.currentTarget.checked })} />
      <Checkbox
        label="Dangerous: a second admin has to agree"
        checked={draft.dangerous}
        onChange={(event) => change({ dangerous: event.currentTarget.checked })}
      />
      {draft.parameters.map((parameter, index) => (
        <ParameterEditor
          key={parameter.key}
          parameter={parameter}
          number={index + 1}
          problem={(field) => problems[`parameters.${index}.${field}`]}
          onChange={(part) => changeParameter(parameter.key, part)}
          onRemove={() => change({ parameters: draft.parameters.filter(({ key }) => key !== parameter.key) })}
        />
      ))}
      {problems.parameters ? <p className={classes.quiet}>{problems.parameters}</p> : null}
      <div>
        <Button size="xs" onClick={() => change({ parameters: [...draft.parameters, emptyParameter(newId("request"))] })}>
          Add a parameter
        </Button>
      </div>
    </FormFrame>
  );
}
