import { z } from "zod";
import { agreementKeySchema, contentKeyOfferSchema } from "./key-exchange";
import { segmentSchema } from "./segments";

/**
 * First contact (docs/provisioning.md): a device without an identity connects with a claim code as its password and its own key's
 * thumbprint as its user name, and leaves with an identity, a token and a content key.
 */

/** A device's identity key: P-256, signs with ES256. Its RFC 7638 thumbprint is the device's name until it has one. */
export const identityKeySchema = agreementKeySchema;
export type IdentityKey = z.output<typeof identityKeySchema>;

export const thumbprintSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
export const serialSchema = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, "Up to 64 of A-Z a-z 0-9 . _ : -");

const nonceSchema = z.string().min(16).max(400);

/** `up`: what a device says. `proof` and `stored` are compact JWS by its identity key (ES256, `jwk` in the header). */
export const claimUpSchema = z.union([
  z.strictObject({ hello: z.strictObject({ serial: serialSchema.optional(), fleet: segmentSchema.optional() }) }),
  z.strictObject({ proof: z.string().max(3_000) }),
  z.strictObject({ stored: z.string().max(3_000) }),
]);
export type ClaimUp = z.output<typeof claimUpSchema>;

/** What is signed in `proof`: everything the platform keeps of the device. */
export const claimProofSchema = z.strictObject({
  nonce: nonceSchema,
  agreementKey: agreementKeySchema,
  serial: serialSchema.optional(),
  fleet: segmentSchema.optional(),
  /** What it would like to be called. */
  name: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}]+$/u)
    .optional(),
});
export type ClaimProof = z.output<typeof claimProofSchema>;

/** What is signed in `stored`: this token is on the device's disk. */
export const claimStoredSchema = z.strictObject({ stored: segmentSchema });

/** Inside `provisioned`, a compact JWE to the device's key-agreement key (the algorithms of `KEY_WRAP`). */
export const provisionedSchema = z.object({
  device: segmentSchema,
  fleet: segmentSchema,
  name: z.string(),
  token: z.string(),
  tokenId: segmentSchema,
  /** Not from a sealed fleet: there it comes signed, on `down/key`. */
  contentKey: contentKeyOfferSchema.omit({ device: true }).optional(),
});
export type Provisioned = z.output<typeof provisionedSchema>;

/** Why a device is not let in (or not yet), each with its sentence. The codes are stable: wire, console, API and documents name them. */
export const CLAIM_REFUSALS = {
  expired: "This claim code has expired.",
  used_up: "This claim code was used as often as it may be.",
  revoked: "This claim code was revoked.",
  wrong_fleet: "This claim code, or this device, belongs to another fleet.",
  serial_missing: "This claim code is for listed serial numbers, and the device named none.",
  serial_not_allowed: "This device's serial number is not on the list of this claim code.",
  already_claimed: "This claim code was used by a device with another key.",
  bad_proof: "The device did not prove that it holds its key.",
  nonce_expired: "The proof came too late, or was not for this claim code.",
  malformed: "The message is none of the claim protocol.",
  denied: "Somebody of this fleet denied this device.",
  suspended: "This device is suspended.",
  retired: "This device is retired.",
  // Of a renewal, or on the way home:
  not_renewable: "The token of this device does not renew itself.",
  too_early: "The token of this device is not due for renewal yet.",
  unknown_key: "The platform does not know this identity key.",
} as const;
export type ClaimRefusal = keyof typeof CLAIM_REFUSALS;
export const CLAIM_REFUSAL_CODES = Object.keys(CLAIM_REFUSALS) as [ClaimRefusal, ...ClaimRefusal[]];

/** `down`: what the platform answers. */
export const claimDownSchema = z.union([
  z.object({ challenge: z.object({ nonce: nonceSchema }) }),
  z.object({ waiting: z.object({ code: z.literal("pending_approval"), fingerprint: z.string(), message: z.string() }) }),
  z.object({ refused: z.object({ code: z.enum(CLAIM_REFUSAL_CODES), message: z.string() }) }),
  z.object({ provisioned: z.string() }),
  z.object({ done: z.object({ device: z.string() }) }),
]);
export type ClaimDown = z.output<typeof claimDownSchema>;

export const claimTopics = {
  up: (applicant: string) => `sp/v1/claim/${applicant}/up`,
  down: (applicant: string) => `sp/v1/claim/${applicant}/down`,
} as const;

/** How long a nonce is good, and a session that only claims. */
export const CLAIM_NONCE_MS = 300_000;
export const CLAIM_SESSION_MS = 3_600_000;
export const CLAIM_MESSAGE_BYTES = 4_096;

/** Read out over the phone and compared by eye: 24 of the thumbprint's letters, in fours. */
export function fingerprintOf(thumbprint: string): string {
  return (thumbprint.slice(0, 24).match(/.{4}/g) ?? []).join(" ");
}
