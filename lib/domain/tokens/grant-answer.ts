import { z } from "zod";
import { scopeSchema } from "@/lib/protocol/access";
import { grantReachSchema } from "./grant-reach";
import { WARNING_CODES, warningSchema } from "./grant-warnings";
import { grantWordsSchema } from "./grant-words";

const time = z.iso.datetime();

export const grantHolderSchema = z.object({
  kind: z.enum(["device", "console", "service"]),
  /** The MQTT user name; null for a service that does not exist yet. */
  id: z.string().nullable(),
  name: z.string(),
});
export type GrantHolder = z.output<typeof grantHolderSchema>;

/** What a grant would be; nothing was written. */
export const grantPreviewSchema = z.object({
  holder: grantHolderSchema,
  scopes: z.array(scopeSchema),
  words: grantWordsSchema,
  reach: grantReachSchema,
  /** How many devices each query of the request names now. */
  queries: z.record(z.string(), z.number().int()),
  warnings: z.array(warningSchema),
  expiresAt: time,
  /** The bound client id; null when one is made at the grant, or when a device's own counts. */
  clientId: z.string().nullable(),
  tokenBytes: z.number().int(),
  /** Why a second admin would have to agree; empty when nobody has to. */
  reasons: z.array(z.enum(WARNING_CODES)),
});
export type GrantPreview = z.output<typeof grantPreviewSchema>;

/** The token, shown once, with what connects it. */
export const grantedSchema = z.object({
  outcome: z.literal("granted"),
  tokenId: z.string(),
  token: z.string(),
  holder: grantHolderSchema,
  username: z.string(),
  /** Connect with this client id, or with an empty one. */
  clientId: z.string(),
  label: z.string(),
  expiresAt: time,
  scopes: z.array(scopeSchema),
  words: grantWordsSchema,
  reach: grantReachSchema,
  /** Was the token that it replaces revoked, as asked? */
  revokedReplaced: z.boolean(),
  host: z.string(),
  port: z.number().int(),
  tlsPort: z.number().int(),
});
export type Granted = z.output<typeof grantedSchema>;

const waitingSchema = z.object({
  outcome: z.literal("waiting"),
  grantRequestId: z.string(),
  reasons: z.array(z.enum(WARNING_CODES)),
  expiresAt: time,
});

/** Answer of `POST /api/v1/grants`. */
export const grantAnswerSchema = z.discriminatedUnion("outcome", [grantedSchema, waitingSchema]);
export type GrantAnswer = z.output<typeof grantAnswerSchema>;
