import { z } from "zod";
import { rotationPlanSchema } from "./rotation-plan";

/** Who or what begins a rotation: a person, or a rule of the policy. */
export const ROTATION_TRIGGERS = ["person", "calendar", "messages", "member_left", "tamper"] as const;
export type RotationTrigger = (typeof ROTATION_TRIGGERS)[number];

/** With AES-GCM and random nonces no key may seal more (NIST SP 800-38D section 8.3). */
const GCM_LIMIT = 2 ** 32;

/** When rotations of a fleet begin by themselves, and how they go. */
export const rotationPolicySchema = z.object({
  /** No key gets older. Null: never by calendar. */
  everyDays: z.number().int().min(1).max(3_650).nullable(),
  /** No key seals more messages. */
  afterMessages: z.number().int().min(1).max(GCM_LIMIT),
  whenMemberLeaves: z.boolean(),
  whenTamperSuspected: z.boolean(),
  canaryCount: rotationPlanSchema.shape.canaryCount.unwrap(),
  wavePercent: rotationPlanSchema.shape.wavePercent.unwrap(),
  soakSeconds: rotationPlanSchema.shape.soakSeconds.unwrap(),
  abortPercent: rotationPlanSchema.shape.abortPercent.unwrap(),
  overlapSeconds: rotationPlanSchema.shape.overlapSeconds.unwrap(),
});
export type RotationPolicyView = z.output<typeof rotationPolicySchema>;

export const DEFAULT_ROTATION_POLICY: RotationPolicyView = {
  everyDays: null,
  afterMessages: GCM_LIMIT / 2,
  whenMemberLeaves: true,
  whenTamperSuspected: false,
  canaryCount: 5,
  wavePercent: 25,
  soakSeconds: 300,
  abortPercent: 10,
  overlapSeconds: 604_800,
};

export const setRotationPolicyInputSchema = rotationPolicySchema.partial();
