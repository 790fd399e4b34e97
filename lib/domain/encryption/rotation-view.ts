import { z } from "zod";
import type { RotationWait } from "./decide-rotation";
import { laggardSchema } from "./key-view";
import { rotationPlanSchema } from "./rotation-plan";
import { ROTATION_TRIGGERS, type RotationTrigger } from "./rotation-policy";
import { ROTATION_STATES } from "./rotation-state";

/** Of one device, of those that match a query, or of the whole fleet. */
export const rotateKeysInputSchema = rotationPlanSchema
  .extend({
    deviceId: z.string().max(64).optional(),
    query: z.string().trim().min(1).max(2_000).optional(),
    reason: z.string().trim().min(1).max(200),
  })
  .refine(({ deviceId, query }) => deviceId === undefined || query === undefined, "Name a device or a query, not both.");

export const steerRotationInputSchema = z.object({ rotationId: z.string().max(64), reason: z.string().trim().min(1).max(200) });

/** What a rotation became by a person's step. */
export const steeredSchema = z.object({ rotationId: z.string(), state: z.enum(ROTATION_STATES) });
export const rolledBackSchema = steeredSchema.extend({
  /** Devices that get their former key again, that were never sent the new one, and whose former key has retired. */
  restored: z.number().int(),
  withdrawn: z.number().int(),
  kept: z.number().int(),
});
export type Steered = z.output<typeof steeredSchema>;
export type RolledBack = z.output<typeof rolledBackSchema>;

/** Their former keys may be known to somebody. */
export const ROLL_BACK_REFUSED = ["member_left", "tamper"] as const satisfies readonly RotationTrigger[];

/** Devices by how far their key of this rotation came, each in one of the first seven. `away`: of `waiting`, `announced` and `received`, those that are not connected. */
const countsSchema = z.object({
  devices: z.number().int(),
  planned: z.number().int(),
  waiting: z.number().int(),
  announced: z.number().int(),
  received: z.number().int(),
  usedOnWire: z.number().int(),
  failed: z.number().int(),
  /** Left the rotation: a newer one took over before the device used this one's key, it was retired, or its key was withdrawn. */
  superseded: z.number().int(),
  away: z.number().int(),
});
export type RotationCounts = z.output<typeof countsSchema>;

/** How far a rotation is, counted from what was really seen. */
export const rotationSchema = countsSchema.extend({
  id: z.string(),
  /** `fleet`, a query, or a device's name. */
  target: z.string(),
  reason: z.string(),
  trigger: z.enum(ROTATION_TRIGGERS),
  startedAt: z.iso.datetime(),
  startedBy: z.string(),
  state: z.enum(ROTATION_STATES),
  stateSince: z.iso.datetime(),
  stateBy: z.string(),
  stateWhy: z.string(),
  /** The newest wave that has begun, from 0. */
  wave: z.number().int(),
  waveCount: z.number().int(),
  overlapSeconds: z.number().int(),
});
export type RotationView = z.output<typeof rotationSchema>;

const WAITS = ["devices", "soak", "canary", "laggards"] as const satisfies readonly RotationWait[];

export const rotationDetailSchema = rotationSchema.extend({
  canaryCount: z.number().int(),
  wavePercent: z.number().int(),
  soakSeconds: z.number().int(),
  abortPercent: z.number().int(),
  patienceSeconds: z.number().int(),
  waveStartedAt: z.iso.datetime(),
  /** What it waits for; null: for nothing, or it does not run. */
  waitsFor: z.enum(WAITS).nullable(),
  canRollBack: z.boolean(),
  waves: z.array(countsSchema.extend({ wave: z.number().int() })),
});
export type RotationDetail = z.output<typeof rotationDetailSchema>;

export const ROTATION_OUTCOMES = ["planned", "waiting", "announced", "received", "used", "failed", "over"] as const;
export type RotationOutcome = (typeof ROTATION_OUTCOMES)[number];

/** One device of a rotation. `why`: of one that does not use its key yet. */
export const rotationDeviceSchema = z.object({
  deviceId: z.string(),
  name: z.string(),
  wave: z.number().int(),
  version: z.number().int().nullable(),
  state: z.string(),
  since: z.iso.datetime(),
  outcome: z.enum(ROTATION_OUTCOMES),
  announcedAt: z.iso.datetime().nullable(),
  receivedAt: z.iso.datetime().nullable(),
  firstSeenAt: z.iso.datetime().nullable(),
  messages: z.number().int(),
  why: z.union([laggardSchema.shape.why, z.enum(["refused", "stuck"])]).nullable(),
});
export type RotationDeviceView = z.output<typeof rotationDeviceSchema>;
