import { type CommandDefinition, type CommandParameter, commandDefinitionSchema } from "@/lib/domain/commands/definition";

export type ParameterKind = CommandParameter["kind"];
export const PARAMETER_KINDS: Record<ParameterKind, string> = { number: "Number", text: "Text", choice: "Choice", boolean: "Yes or no" };

/** What the form holds: texts and numbers as they are typed. */
export interface ParameterDraft {
  /** Of the form only: tells rows apart while they are renamed. */
  key: string;
  kind: ParameterKind;
  name: string;
  title: string;
  required: boolean;
  min: number | "";
  max: number | "";
  unit: string;
  whole: boolean;
  maxLength: number | "";
  /** One per line. */
  choices: string;
  fallback: CommandParameter["fallback"];
}
export type DefinitionDraft = Omit<CommandDefinition, "parameters"> & { parameters: ParameterDraft[] };

export const emptyParameter = (key: string): ParameterDraft => ({
  key,
  kind: "number",
  name: "",
  title: "",
  required: true,
  min: 0,
  max: 100,
  unit: "",
  whole: false,
  maxLength: 200,
  choices: "",
  fallback: undefined,
});

export function draftOf(definition: CommandDefinition | undefined): DefinitionDraft {
  const { parameters, ...rest } = definition ?? commandDefinitionSchema.parse({ name: "new", title: "New" });
  const drafts = parameters.map((parameter) => {
    const { choices, ...given } = { choices: undefined, ...parameter };
    return { ...emptyParameter(parameter.name), fallback: undefined, ...given, choices: choices?.join("\n") ?? "" };
  });
  return { ...rest, ...(definition ? {} : { name: "", title: "" }), parameters: drafts };
}

type Drafted = { ok: true; definition: CommandDefinition } | { ok: false; problems: Record<string, string> };

/** The definition that the form means, or what is wrong with it, by path. */
export function definitionOf(draft: DefinitionDraft): Drafted {
  const parsed = commandDefinitionSchema.safeParse({ ...draft, parameters: draft.parameters.map(parameterOf) });
  if (parsed.success) return { ok: true, definition: parsed.data };
  return { ok: false, problems: Object.fromEntries(parsed.error.issues.map(({ path, message }) => [path.join("."), message])) };
}

function parameterOf({ kind, name, title, required, min, max, unit, whole, maxLength, choices, fallback }: ParameterDraft): object {
  const common = { kind, name, title, required, ...(fallback === undefined ? {} : { fallback }) };
  if (kind === "number") return { ...common, min, max, unit, whole };
  if (kind === "text") return { ...common, maxLength };
  if (kind === "boolean") return common;
  const lines = choices.split("\n").flatMap((line) => line.trim() || []);
  return { ...common, choices: [...new Set(lines)] };
}
