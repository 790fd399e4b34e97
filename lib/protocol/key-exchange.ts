import { z } from "zod";

/** A device's public key-agreement key: P-256, which every small device, Node and browser has. */
export const agreementKeySchema = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type AgreementKey = z.output<typeof agreementKeySchema>;

const version = z.number().int().min(1).max(999_999_999);

/**
 * `up/key`: what a device says of its keys. With `publicKey`, at every connection: its public key and the newest content key it
 * holds (0: none). With `received`: it has stored that version, and uses it once this is acknowledged.
 */
export const keyMessageSchema = z.union([
  z.strictObject({ publicKey: agreementKeySchema, holds: z.number().int().min(0).max(999_999_999) }),
  z.strictObject({ received: version }),
]);
export type KeyMessage = z.output<typeof keyMessageSchema>;

/** `down/key`: a compact JWE to the device's public key, with exactly these algorithms (RFC 7518 section 4.6). */
export const KEY_WRAP = { alg: "ECDH-ES+A256KW", enc: "A256GCM" } as const;

/** What is in it. `key`: 32 bytes in base64url. */
export const contentKeyOfferSchema = z.object({
  device: z.string(),
  version,
  key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type ContentKeyOffer = z.output<typeof contentKeyOfferSchema>;
