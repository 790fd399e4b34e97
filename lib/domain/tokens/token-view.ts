import { z } from "zod";
import { scopeSchema } from "@/lib/protocol/access";

const time = z.iso.datetime();

export const connectionViewSchema = z.object({
  /** `embedded`, `rabbitmq` or `emqx`. */
  broker: z.string(),
  clientId: z.string(),
  /** Null where the broker does not tell. */
  address: z.string().nullable(),
  since: time,
});
export type ConnectionView = z.output<typeof connectionViewSchema>;

export const tokenViewSchema = z.object({
  id: z.string(),
  subjectKind: z.enum(["device", "console", "service"]),
  subject: z.string(),
  /** Name of the device or person, when there is one. */
  subjectName: z.string().nullable(),
  label: z.string(),
  clientId: z.string().nullable(),
  scopes: z.array(scopeSchema),
  issuedAt: time,
  expiresAt: time,
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
  revokedReason: z.string().nullable(),
  state: z.enum(["live", "expired", "revoked"]),
  /** Who granted it; empty: the platform itself. */
  grantedBy: z.string(),
  /** Tokens that were granted together. */
  batchId: z.string().nullable(),
  /** The token that it was granted to replace. */
  replacesId: z.string().nullable(),
  /** Its device exchanges it for another one before it ends. */
  renews: z.boolean(),
  /** How many of its scopes that allow something were ever used, and how many there are. */
  scopesUsed: z.number().int(),
  scopesAllowing: z.number().int(),
  /** Sessions that are open with it now, at every broker that tells us. */
  connected: z.number().int(),
  /** The newest of them, at most three. */
  connections: z.array(connectionViewSchema),
});
export type TokenView = z.output<typeof tokenViewSchema>;

/** Answer of `POST /api/v1/live-token`: what one browser tab needs to follow its fleet. */
export const liveTokenSchema = z.object({
  url: z.string(),
  clientId: z.string(),
  username: z.string(),
  token: z.string(),
  expiresAt: time,
  fleetId: z.string(),
  payloads: z.boolean(),
});
export type LiveToken = z.output<typeof liveTokenSchema>;
