import { z } from "zod";
import type { FieldProblem } from "@/lib/base/errors";
import type { ParameterValue } from "@/lib/protocol/command";
import { type CommandDefinition, commandDefinitionSchema, problemOf, unique } from "./definition";
import { STANDARD_COMMANDS } from "./standard-commands";

export const catalogueSchema = z.array(commandDefinitionSchema).max(50).refine(unique, "Two commands of one name.");

/** A profile whose catalogue nobody has written has the agent's commands. */
export function catalogueOf(stored: unknown): CommandDefinition[] {
  return stored === null ? [...STANDARD_COMMANDS] : catalogueSchema.parse(stored);
}

type Checked = { ok: true; parameters: Record<string, ParameterValue> } | { ok: false; fields: FieldProblem[] };

/** The parameters of one command, with what the catalogue fills in; or everything that is wrong with them, by `parameters.{name}`. */
export function checkParameters({ parameters }: CommandDefinition, given: Readonly<Record<string, ParameterValue>>): Checked {
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const fields: FieldProblem[] = Object.keys(given)
    .filter((name) => !known.has(name))
    .map((name) => ({ path: `parameters.${name}`, message: "This command has no such parameter." }));
  const checked: Record<string, ParameterValue> = {};
  for (const parameter of parameters) {
    const { name, required, fallback } = parameter;
    const value = Object.hasOwn(given, name) ? given[name] : fallback;
    const problem = value === undefined ? (required ? "Is needed." : undefined) : problemOf(parameter, value);
    if (problem) fields.push({ path: `parameters.${name}`, message: problem });
    else if (value !== undefined) checked[name] = value;
  }
  return fields.length > 0 ? { ok: false, fields } : { ok: true, parameters: checked };
}
