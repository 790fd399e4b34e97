import { z } from "zod";
import { SESSION_OUTCOMES } from "./receipt";

const time = z.iso.datetime();
const id = z.string().min(1).max(64);

/** What is meant, in exactly one way. Nothing at all, or an empty query, means nothing and is refused. */
export const revocationSelectorSchema = z.union(
  [
    z.strictObject({ tokenId: id }),
    z.strictObject({ deviceId: id }),
    /** All of a subject, or those issued before a moment that is not in the future. */
    z.strictObject({ subject: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), issuedBefore: time.optional() }),
    z.strictObject({ batchId: id }),
    /** All of the fleet that this key signed. */
    z.strictObject({ kid: id }),
    z.strictObject({ query: z.string().trim().min(1).max(500) }),
  ],
  { error: "Say which tokens: exactly one of tokenId, deviceId, subject, batchId, kid and query." },
);
export type RevocationSelector = z.output<typeof revocationSelectorSchema>;

const brokerCount = z.object({ broker: z.string(), sessions: z.number().int() });

/** Answer of `POST /api/v1/revocations/preview`: what a revocation would meet now. */
export const revocationPreviewSchema = z.object({
  /** How many would be revoked: send it back as `expectedTokens`. */
  tokens: z.number().int(),
  /** Of them, how many have not ended; a token is taken for a minute after its end. */
  live: z.number().int(),
  /** Sessions that are open with them, per broker. At Mosquitto: told by the receipt only. */
  sessions: z.array(brokerCount),
  /** Devices that hold no other token that lasts. */
  devicesLeftWithout: z.object({ count: z.number().int(), first: z.array(z.object({ id: z.string(), name: z.string() })) }),
});
export type RevocationPreview = z.output<typeof revocationPreviewSchema>;

const actorSchema = z.object({ kind: z.string(), id: z.string(), name: z.string() });

export const revocationRowSchema = z.object({
  id: z.string(),
  at: time,
  actor: actorSchema,
  reason: z.string(),
  selector: revocationSelectorSchema,
  tokens: z.number().int(),
  sessions: z.number().int(),
  cut: z.number().int(),
  /** Sessions that nobody confirmed the end of yet. */
  open: z.number().int(),
  /** From the revocation to the last cut; null without one. */
  lastCutMilliseconds: z.number().nullable(),
  settledAt: time.nullable(),
});
export type RevocationRow = z.output<typeof revocationRowSchema>;

export const revokedSessionSchema = z.object({
  broker: z.string(),
  clientId: z.string(),
  subject: z.string(),
  subjectName: z.string().nullable(),
  tokenId: z.string(),
  address: z.string(),
  connectedAt: time.nullable(),
  cutAt: time.nullable(),
  endReason: z.string().nullable(),
  /** From the revocation to the end of the session, by the clocks of those who saw them. */
  milliseconds: z.number().nullable(),
  outcome: z.enum(SESSION_OUTCOMES),
});
export type RevokedSessionView = z.output<typeof revokedSessionSchema>;

/** One revocation; it fills while brokers confirm, until `settledAt`. */
export const revocationSchema = revocationRowSchema.extend({
  /** The server's time of this answer. */
  now: time,
  /** Not one session is left to hear of, though perhaps not signed yet. */
  sessionList: z.array(revokedSessionSchema),
  tokenList: z.array(z.object({ id: z.string(), label: z.string(), subject: z.string(), subjectName: z.string().nullable() })),
  ended: z.number().int(),
  brokerRestarted: z.number().int(),
  /** CONNECTs with these tokens that brokers refused since, at least. */
  reconnectsRefused: z.number().int(),
  receiptVersion: z.number().int(),
});
export type RevocationView = z.output<typeof revocationSchema>;
