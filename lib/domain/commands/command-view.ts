import { z } from "zod";
import { commandNameSchema, parameterValueSchema } from "@/lib/protocol/command";
import { catalogueSchema } from "./catalogue";
import { COMMAND_STATES } from "./command-state";
import { commandDefinitionSchema } from "./definition";

const time = z.iso.datetime();

/** One command and what became of it, as the API tells it. */
export const commandViewSchema = z.object({
  id: z.string(),
  device: z.object({ id: z.string(), name: z.string() }),
  name: z.string(),
  title: z.string(),
  /** Null for roles that may not read payloads, as is `result`. */
  parameters: z.record(z.string(), parameterValueSchema).nullable(),
  dangerous: z.boolean(),
  queue: z.boolean(),
  state: z.enum(COMMAND_STATES),
  requestedBy: z.string(),
  requestedAt: time,
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
  comment: z.string(),
  cancelledBy: z.string().nullable(),
  /** When its present state ends by itself. */
  deadlineAt: time,
  issuedAt: time.nullable(),
  sentAt: time.nullable(),
  sentCount: z.number().int(),
  deliveredAt: time.nullable(),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  progress: z.number().nullable(),
  result: z.json(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** What the device said when it was over already. */
  late: z.object({ state: z.enum(COMMAND_STATES), at: time }).nullable(),
  /** The reader asked for it. */
  own: z.boolean(),
  /** The reader may approve or reject it. */
  decidable: z.boolean(),
  /** The reader may still cancel it. */
  cancellable: z.boolean(),
});
export type CommandView = z.output<typeof commandViewSchema>;

export const catalogueViewSchema = z.object({
  profileId: z.string(),
  /** Nobody has written one: these are the agent's commands. */
  standard: z.boolean(),
  commands: z.array(commandDefinitionSchema),
});
export type CatalogueView = z.output<typeof catalogueViewSchema>;

export const sendCommandInputSchema = z.object({
  deviceId: z.string().min(1).max(64),
  name: commandNameSchema,
  parameters: z.record(z.string().max(40), parameterValueSchema).default({}),
  /** The same key with the same command answers the one that was made first; with another command it is a conflict. */
  idempotencyKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 _ -")
    .optional(),
});

/** `commands` null: the agent's again. */
export const setCatalogueInputSchema = z.object({ profileId: z.string().min(1).max(64), commands: catalogueSchema.nullable() });
