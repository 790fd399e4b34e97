import { z } from "zod";
import { deviceNameSchema } from "../devices/device-view";
import type { Permission } from "../members/permissions";

const tagKey = z.string().regex(/^[a-z0-9_-]{1,32}$/, "Up to 32 of a-z, 0-9, - and _.");
const tagValue = z
  .string()
  .max(64)
  .regex(/^[^\0\p{Cs}]*$/u, "Holds a character that is no text (NUL, or half of a surrogate pair).");

/** What a job does to each of its devices. */
export const jobActionSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("set_tag"), key: tagKey, value: tagValue.default("") }),
  z.object({ kind: z.literal("remove_tag"), key: tagKey }),
  /** Name of the site, made when there is none; null: at no site. */
  z.object({ kind: z.literal("move"), site: deviceNameSchema.nullable() }),
  z.object({ kind: z.literal("set_profile"), profile: deviceNameSchema }),
  z.object({ kind: z.literal("suspend") }),
  z.object({ kind: z.literal("resume") }),
  z.object({ kind: z.literal("retire") }),
  z.object({ kind: z.literal("acknowledge"), comment: z.string().trim().max(500).default("") }),
]);
export type JobAction = z.output<typeof jobActionSchema>;
export type JobKind = JobAction["kind"];

interface Trait {
  permission: Permission;
  /** What was there before can be put back; all of these are `devices:write`. */
  undo: boolean;
  /** Devices in one transaction of the worker. */
  portion: number;
}

const CHEAP = 500;
/** Each takes tokens back; sessions are cut when the portion is committed. */
const DEAR = 5;

export const JOB_TRAITS: Record<JobKind, Trait> = {
  set_tag: { permission: "devices:write", undo: true, portion: CHEAP },
  remove_tag: { permission: "devices:write", undo: true, portion: CHEAP },
  move: { permission: "devices:write", undo: true, portion: CHEAP },
  set_profile: { permission: "devices:write", undo: true, portion: CHEAP },
  suspend: { permission: "devices:write", undo: true, portion: DEAR },
  resume: { permission: "devices:write", undo: true, portion: DEAR },
  retire: { permission: "devices:write", undo: false, portion: DEAR },
  acknowledge: { permission: "alerts:acknowledge", undo: false, portion: CHEAP },
};

/** Where a fleet asks for four eyes, more devices than these are retired with a second admin only. */
export const RETIRE_ALONE = 10;

export const JOB_MOST_DEVICES = 50_000;
export const JOB_MOST_CHOSEN = 1_000;
