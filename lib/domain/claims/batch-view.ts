import { z } from "zod";
import { serialSchema } from "@/lib/protocol/claim";
import { claimViewSchema, createClaimInputSchema } from "./claim-view";

/** Codes that are made, printed and told at once. */
const MOST_CODES = 1_000;

const time = z.iso.datetime();

/** As many codes as `count` says, or one for each serial number: then each takes that device only. */
export const createBatchInputSchema = createClaimInputSchema
  .pick({ name: true, site: true, profile: true, minutes: true, tokenDays: true })
  .extend({
    name: createClaimInputSchema.shape.name.max(50),
    approval: z.enum(["auto", "ask"]).default("auto"),
    count: z.number().int().min(1).max(MOST_CODES).optional(),
    serials: z.array(serialSchema).max(MOST_CODES, `At most ${MOST_CODES} codes at once.`).default([]),
  })
  .refine(({ count, serials }) => (count === undefined) !== (serials.length === 0), "Say how many codes, or list serial numbers: one of the two.")
  .refine(({ serials }) => new Set(serials).size === serials.length, { path: ["serials"], message: "A serial number is there twice." });

export const batchViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  codes: z.number().int(),
  /** Codes by what became of them. */
  open: z.number().int(),
  used: z.number().int(),
  revoked: z.number().int(),
  expiresAt: time,
  createdAt: time,
  createdBy: z.string(),
});
export type BatchView = z.output<typeof batchViewSchema>;

const batchCodeSchema = z.object({
  claimId: z.string(),
  number: z.number().int(),
  hint: z.string(),
  serial: z.string().nullable(),
  state: claimViewSchema.shape.state,
  device: z.object({ id: z.string(), name: z.string() }).nullable(),
});
export type BatchCode = z.output<typeof batchCodeSchema>;

export const batchDetailSchema = batchViewSchema.extend({ site: z.string().nullable(), profile: z.string(), items: z.array(batchCodeSchema) });
export type BatchDetail = z.output<typeof batchDetailSchema>;

/** The answer of making one: the only time that the codes are told. */
export const newBatchSchema = z.object({
  batch: batchViewSchema,
  codes: z.array(z.object({ claimId: z.string(), number: z.number().int(), code: z.string(), serial: z.string().nullable() })),
  fleet: z.string(),
  host: z.string(),
  port: z.number().int(),
  tlsPort: z.number().int(),
});
export type NewBatch = z.output<typeof newBatchSchema>;
