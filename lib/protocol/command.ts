import { z } from "zod";
import { LIMITS } from "./limits";
import { type JsonRead, readPayloadJson } from "./payload-json";

/** What a parameter of a command holds. */
export const parameterValueSchema = z.union([z.string().max(1_000), z.number(), z.boolean()]);
export type ParameterValue = z.output<typeof parameterValueSchema>;

/** Of commands and of their parameters. */
export const commandNameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "1 to 40 of a-z 0-9 -, beginning with a letter");

/** `down/command/{id}`: what a device is asked to do, until `expiresAt` at the latest. In the payload envelope when the device has a content key. */
export const commandMessageSchema = z.object({
  id: z.string().max(64),
  name: commandNameSchema,
  parameters: z.record(z.string(), parameterValueSchema).default({}),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type CommandMessage = z.output<typeof commandMessageSchema>;

/** The one command that is not in a catalogue and has no answer but the report that it asks for: a sign of life. Always in the open. */
export const PING = "ping";

/** What a device may say of a command. The last three end it. */
export const ANSWER_STATES = ["delivered", "running", "succeeded", "failed", "rejected"] as const;
export type AnswerState = (typeof ANSWER_STATES)[number];

/** `up/command/{id}`. `progress` in percent. */
export const commandAnswerSchema = z.object({
  state: z.enum(ANSWER_STATES),
  progress: z.number().min(0).max(100).optional(),
  result: z.json().optional(),
  error: z.object({ code: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), message: z.string().max(500) }).optional(),
});
export type CommandAnswer = z.output<typeof commandAnswerSchema>;

type AnswerRead = { ok: true; answer: CommandAnswer } | Exclude<JsonRead, { ok: true }>;

/** Reads what a device answered, opened. Never throws. */
export function readCommandAnswer(payload: Uint8Array): AnswerRead {
  if (payload.byteLength > LIMITS.commandBytes)
    return { ok: false, reason: "too_large", detail: `${payload.byteLength} bytes; at most ${LIMITS.commandBytes}.` };
  const json = readPayloadJson(payload);
  if (!json.ok) return json;
  const answer = commandAnswerSchema.safeParse(json.value);
  if (answer.success) return { ok: true, answer: answer.data };
  const [issue] = answer.error.issues;
  return { ok: false, reason: "bad_shape", detail: `No answer to a command: ${issue?.path.join(".") || "the whole"}: ${issue?.message ?? "wrong"}` };
}
