import { z } from "zod";
import { CLAIM_REFUSAL_CODES, serialSchema } from "@/lib/protocol/claim";
import { PRESENCE_STATES } from "@/lib/protocol/presence";
import { deviceNameSchema } from "../devices/device-view";
import { CLAIM_APPROVALS } from "./admission";
import { ENROLMENT_STATES } from "./enrolment";
import { STUCK_AT } from "./funnel";
import { MISUSE_KINDS } from "./misuse";

const DAY_MINUTES = 1_440;

export const createClaimInputSchema = z.object({
  /** What it is for; devices without a name of their own are named after it. */
  name: deviceNameSchema.max(60),
  site: deviceNameSchema.optional(),
  profile: deviceNameSchema.optional(),
  uses: z.number().int().min(1).max(100_000).default(1),
  minutes: z
    .number()
    .int()
    .min(1)
    .max(365 * DAY_MINUTES)
    .default(DAY_MINUTES),
  approval: z.enum(CLAIM_APPROVALS).default("auto"),
  /** Only these serial numbers; with `listed` the others wait for a person. */
  serials: z.array(serialSchema).max(100_000).default([]),
  tokenDays: z.number().int().min(1).max(365).optional(),
});

const time = z.iso.datetime();

export const claimViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The last four characters of its code. */
  hint: z.string(),
  state: z.enum(["open", "used_up", "expired", "revoked"]),
  approval: z.enum(CLAIM_APPROVALS),
  site: z.string().nullable(),
  profile: z.string(),
  used: z.number().int(),
  useLimit: z.number().int(),
  serials: z.number().int(),
  tokenDays: z.number().int(),
  expiresAt: time,
  createdAt: time,
  createdBy: z.string(),
  revokedAt: time.nullable(),
  revokedBy: z.string().nullable(),
  /** Signs that its code is in the wrong hands, now: GET /claims/{claimId} says which. */
  misused: z.boolean(),
  /** The batch of labels that it was made with, and its number there. */
  batchId: z.string().nullable(),
  number: z.number().int().nullable(),
  /** Enrolments by state. */
  waiting: z.number().int(),
  issued: z.number().int(),
  stored: z.number().int(),
  /** Of its devices. */
  online: z.number().int(),
});
export type ClaimView = z.output<typeof claimViewSchema>;

/** The answer of making one: the only time that the code is told. */
export const newClaimSchema = z.object({
  claim: claimViewSchema,
  code: z.string(),
  host: z.string(),
  port: z.number().int(),
  tlsPort: z.number().int(),
});
export type NewClaim = z.output<typeof newClaimSchema>;

export const enrolmentViewSchema = z.object({
  id: z.string(),
  claimId: z.string(),
  claimName: z.string(),
  state: z.enum(ENROLMENT_STATES),
  /** `first`: a new device. `return`: a key we know. `replace`: a serial number we know, with another key. */
  kind: z.enum(["first", "return", "replace"]),
  /** Of its key; the device shows the same. */
  fingerprint: z.string(),
  serial: z.string().nullable(),
  name: z.string().nullable(),
  device: z.object({ id: z.string(), name: z.string(), presence: z.enum(PRESENCE_STATES) }).nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
  createdAt: time,
  updatedAt: time,
});
export type EnrolmentView = z.output<typeof enrolmentViewSchema>;

export const claimRefusedViewSchema = z.object({
  fingerprint: z.string(),
  serial: z.string().nullable(),
  code: z.enum(CLAIM_REFUSAL_CODES),
  message: z.string(),
  count: z.number().int(),
  firstAt: time,
  lastAt: time,
});
export type ClaimRefusedView = z.output<typeof claimRefusedViewSchema>;

const claimFunnelSchema = z.object({
  /** For how many devices its code is. */
  made: z.number().int(),
  /** Came, and were not denied. */
  seen: z.number().int(),
  /** Have their token on their disk. */
  configured: z.number().int(),
  /** Of these: have reported, and are connected, or away as they said. */
  healthy: z.number().int(),
  stuck: z.record(z.enum(STUCK_AT), z.number().int()),
  /** The longest first; not all of many. */
  stuckDevices: z.array(z.object({ id: z.string().nullable(), name: z.string(), serial: z.string().nullable(), at: z.enum(STUCK_AT), since: time })),
});
export type ClaimFunnel = z.output<typeof claimFunnelSchema>;

const claimMisuseSchema = z.object({ kind: z.enum(MISUSE_KINDS), evidence: z.string(), since: time, lastAt: time, endedAt: time.nullable() });

export const claimDetailSchema = claimViewSchema.extend({
  refused: z.array(claimRefusedViewSchema),
  funnel: claimFunnelSchema,
  /** Those that hold first. */
  misuse: z.array(claimMisuseSchema),
});
export type ClaimDetail = z.output<typeof claimDetailSchema>;

export const enrolmentDecidedSchema = z.object({ id: z.string(), state: z.enum(ENROLMENT_STATES) });
