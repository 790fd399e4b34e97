import { z } from "zod";
import { commandNameSchema, type ParameterValue, PING } from "@/lib/protocol/command";

const title = z.string().trim().min(1).max(60);
const common = { name: commandNameSchema, title, required: z.boolean().default(true) };

const parameterSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("number"),
      ...common,
      min: z.number(),
      max: z.number(),
      whole: z.boolean().default(false),
      unit: z.string().max(20).default(""),
      fallback: z.number().optional(),
    }),
    z.strictObject({ kind: z.literal("text"), ...common, maxLength: z.number().int().min(1).max(1_000), fallback: z.string().optional() }),
    z.strictObject({ kind: z.literal("choice"), ...common, choices: z.array(z.string().min(1).max(60)).min(1).max(50), fallback: z.string().optional() }),
    z.strictObject({ kind: z.literal("boolean"), ...common, fallback: z.boolean().optional() }),
  ])
  .superRefine((parameter, ctx) => {
    if (parameter.kind === "number" && parameter.min > parameter.max) ctx.addIssue({ code: "custom", path: ["max"], message: "Below the lowest value." });
    const problem = parameter.fallback === undefined ? undefined : problemOf(parameter, parameter.fallback);
    if (problem) ctx.addIssue({ code: "custom", path: ["fallback"], message: problem });
  });
export type CommandParameter = z.output<typeof parameterSchema>;

/** One command that devices of a profile understand. */
export const commandDefinitionSchema = z.strictObject({
  name: commandNameSchema.refine((name) => name !== PING, "ping is always there."),
  title,
  parameters: z.array(parameterSchema).max(20).refine(unique, "Two parameters of one name.").default([]),
  /** Waits for a second admin. */
  dangerous: z.boolean().default(false),
  /** Until when the device may begin, from when it was sent or approved. */
  expirySeconds: z
    .number()
    .int()
    .min(5)
    .max(30 * 86_400)
    .default(60),
  /** From its delivery to its end. */
  timeoutSeconds: z.number().int().min(1).max(86_400).default(60),
  /** May be sent to a device that is away: it waits until the device is back, or until it expires. */
  queue: z.boolean().default(false),
});
export type CommandDefinition = z.output<typeof commandDefinitionSchema>;

/** One per name. */
export function unique(items: readonly { name: string }[]): boolean {
  return new Set(items.map(({ name }) => name)).size === items.length;
}

/** What is wrong with a value, as a sentence; undefined: nothing. */
export function problemOf(parameter: CommandParameter, value: ParameterValue): string | undefined {
  switch (parameter.kind) {
    case "number": {
      const { min, max, whole } = parameter;
      if (typeof value !== "number" || !Number.isFinite(value)) return "A number is needed.";
      if (whole && !Number.isInteger(value)) return "A whole number is needed.";
      return value < min || value > max ? `From ${min} to ${max}.` : undefined;
    }
    case "text":
      if (typeof value !== "string") return "Text is needed.";
      return value.length > parameter.maxLength ? `At most ${parameter.maxLength} characters.` : undefined;
    case "choice":
      return typeof value === "string" && parameter.choices.includes(value) ? undefined : `One of: ${parameter.choices.join(", ")}.`;
    case "boolean":
      return typeof value === "boolean" ? undefined : "Yes or no is needed (true or false).";
  }
}
