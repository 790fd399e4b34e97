import { z } from "zod";
import { agreementKeySchema } from "@/lib/protocol/key-exchange";
import { segmentSchema } from "@/lib/protocol/segments";
import { ROLES } from "../members/permissions";

/** The recovery key is an operator that is nobody: its vault opens with the code that was shown once. */
export const RECOVERY = "recovery";

const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Compact serializations: three parts of a signed one, five of an encrypted one. */
const jws = (most: number) =>
  z
    .string()
    .regex(/^[\w-]+(\.[\w-]+){2}$/)
    .max(most);
const jwe = z
  .string()
  .regex(/^[\w-]+\.[\w-]*(\.[\w-]+){3}$/)
  .max(4_000);
const version = z.number().int().min(1).max(999_999_999);

export const askOperatorInputSchema = z.object({ publicKey: agreementKeySchema, vault: jwe });

/** What an admin's browser signs at once: all of it is taken or nothing. `after`: the number of the statement that it goes on from. */
export const signedBatchSchema = z.object({
  after: z.number().int().min(0),
  statements: z.array(jws(100_000)).max(20).default([]),
  wraps: z
    .array(z.object({ operator: segmentSchema, version, jwe }))
    .max(2_000)
    .default([]),
  rootWraps: z
    .array(z.object({ operator: segmentSchema, jwe }))
    .max(200)
    .default([]),
  announcements: z
    .array(z.object({ device: segmentSchema, jws: jws(8_000) }))
    .max(200)
    .default([]),
  /** Of the first batch only. */
  recovery: askOperatorInputSchema.optional(),
});
export type SignedBatch = z.output<typeof signedBatchSchema>;

export const signedSchema = z.object({ statements: z.number().int(), announced: z.number().int(), rulesSwitchedOff: z.number().int() });

const operatorSchema = z.object({
  userId: z.string(),
  name: z.string(),
  /** Null: no member of this fleet any more. */
  role: z.enum(ROLES).nullable(),
  publicKey: agreementKeySchema,
  askedAt: z.iso.datetime(),
});

/** Everything that is signed is here as it was signed; whoever reads it verifies it. The rest is the server's word. */
export const sealedViewSchema = z.object({
  sealed: z.object({ root: thumbprint, openedAt: z.iso.datetime(), openedBy: z.string() }).nullable(),
  statements: z.array(z.string()),
  operators: z.array(operatorSchema),
  /** The number that the next fleet key must have at least. */
  nextVersion: z.number().int(),
  /** Active devices: those whose newest key is of the fleet key's newest version and seen on the wire; that wait for a signature; that still use a key of the server. */
  devices: z.object({ total: z.number().int(), current: z.number().int(), unsigned: z.number().int(), platform: z.number().int() }),
});
export type SealedView = z.output<typeof sealedViewSchema>;

export const vaultViewSchema = z.object({
  vault: z.string().nullable(),
  publicKey: agreementKeySchema.nullable(),
  wraps: z.array(z.object({ version: z.number().int(), jwe: z.string() })),
  rootWrap: z.string().nullable(),
});
export type VaultView = z.output<typeof vaultViewSchema>;

export const sealedDeviceSchema = z.object({
  deviceId: z.string(),
  name: z.string(),
  publicKey: agreementKeySchema,
  /** Newest version that was announced to it in a signed statement; null: none. */
  version: z.number().int().nullable(),
});
export type SealedDeviceView = z.output<typeof sealedDeviceSchema>;

/** One stored envelope: ciphertext, as it came. */
export const sealedMessageSchema = z.object({
  version: z.number().int(),
  seq: z.number().int(),
  receivedAt: z.iso.datetime(),
  /** base64url. */
  payload: z.string(),
});
export type SealedMessageView = z.output<typeof sealedMessageSchema>;
